using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Evaluation.Concepts;
using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Inference.Tests.Pipeline;
using SparseClip.Vlm.Modeling.Tests.Towers;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Concepts;

/// <summary>How far answers follow concepts, asked of a real language model behind a tower with random weights: what it says means nothing, but it must be counted rightly.</summary>
public sealed class SteeringRangeTests : IAsyncLifetime
{
    private const int Dimension = TinyTower.Dimension;
    private const int Width = 576; // of the language model of the default bundle, so that answers have words
    private readonly TemporaryFolder _folder = new();
    private VisionLanguageModel? _model;
    private SeenPicture? _picture;

    private VisionLanguageModel Model => _model!;

    public async ValueTask InitializeAsync()
    {
        Concept[] table =
        [
            new("dog", SparseCode.FromSorted(Dimension, [0, 1], [1f, 1f]), -20, 0.01f) { Usual = SparseCode.FromSorted(Dimension, [0, 1], [2f, 3f]) },
            new("matter", SparseCode.FromSorted(Dimension, [0, 1], [1f, 1f]), 20, 0.5f) { Usual = SparseCode.FromSorted(Dimension, [0], [2f]) },
        ];
        await TinyParts.PackAsync(
            _folder.File("bundle"), "tiny", TinyTower.Config with { Text = new TextTowerConfig([0], Width, 12, 10, 0), HeadBias = 0.2f }, spread: 0.1f, DefaultParts.LanguageModel(),
            _ => Enumerable.Range(0, Dimension).Select(id => new FeatureRecord(new Feature(new FeatureId(id), $"feature {id}", [new FeatureWord("dog", 1f)], 2f, 0.1f, 2f, 4f), 0f)), table: table);
        _model = await TinyBundle.LoadAsync(_folder.File("bundle"));
        var token = TestContext.Current.CancellationToken;
        _picture = (await _model.LookAsync(new PictureFile(await File.ReadAllBytesAsync(CommandLine.Picture, token)), token)).Seen;
    }

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_concept_is_set_to_each_level_and_taken_out_where_the_answer_names_it()
    {
        var before = await AskAsync(SteeringOperation.Scale, 1);
        var after = await AskAsync(SteeringOperation.Ablate, null);
        // An answer names the dog where it has a word of the one about the picture as it is.
        var matcher = new SubjectMatcher(_ => before.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(matcher.Names(before, "dog"), before);

        var tried = await new SteeringRangeEvaluator(Model, matcher, [_picture!], 1).TryAsync(0, Model.Concepts!.Find("dog")!, [_picture!], TestContext.Current.CancellationToken);

        Assert.Equal((1, matcher.Names(after, "dog") ? 0 : 1), (tried!.Shown, tried.Gone));
        Assert.Equal(ConceptSteering.TriedLevels, tried.Levels.Select(trial => trial.Level));
        foreach (var trial in tried.Levels)
        {
            var answer = await AskAsync(SteeringOperation.Set, trial.Level);
            Assert.Equal((1, answer == before ? 0 : 1, matcher.Names(answer, "dog") ? 1 : 0), (trial.Asked, trial.Moved, trial.Reached));
        }

        Assert.Contains(tried.Levels, trial => trial.Moved == 1);
    }

    [Fact]
    public async Task A_concept_that_every_picture_shows_cannot_be_tried() =>
        Assert.Null(await new SteeringRangeEvaluator(Model, new SubjectMatcher(_ => []), [_picture!], 1).TryAsync(0, Model.Concepts!.Find("matter")!, [], TestContext.Current.CancellationToken));

    private async Task<string> AskAsync(SteeringOperation operation, float? value)
    {
        var token = TestContext.Current.CancellationToken;
        var plan = await Model.Features.ResolveAsync([new SteeringRequest(null, "dog", operation, value)], clamp: false, _picture!.Code.Pooled, token);
        return (await new SubjectQuestion(Model, Grounding.Words, EverydayEvaluator.Question).AskAsync(_picture, plan, token)).Text;
    }
}
