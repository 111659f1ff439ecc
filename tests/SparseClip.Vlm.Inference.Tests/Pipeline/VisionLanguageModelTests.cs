using System.Text;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Bundles;

namespace SparseClip.Vlm.Inference.Tests.Pipeline;

public sealed class VisionLanguageModelTests(TinyBundle bundle)
{
    private static readonly string s_picture = Path.Combine(AppContext.BaseDirectory, "fixtures", "picture.png");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private VisionLanguageModel Model => bundle.Model;

    [Fact]
    public async Task Disposing_waits_for_searches_and_refuses_those_to_come()
    {
        var model = await TinyBundle.LoadAsync(bundle.Folder);
        var searches = Enumerable.Range(0, 20).Select(i => model.Features.SearchAsync($"word {(char)('a' + i)}", 5, Token)).ToList();
        await model.DisposeAsync();
        foreach (var search in searches)
        {
            // Each was either done before the tower went or never began.
            var error = await Record.ExceptionAsync(() => search);
            Assert.True(error is null or ObjectDisposedException, $"{error}");
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.Features.SearchAsync("another word", 5, Token));
    }

    [Fact]
    public async Task An_answer_comes_in_stages_and_ends_with_its_report()
    {
        var events = await AskAsync(await LookAsync(), SteeringPlan.Empty);
        var stages = events.OfType<AnswerStage>().ToList();
        Assert.Equal([("steer", 0), ("steer", 1)], stages.Take(2).Select(stage => (stage.Stage, stage.Progress)));
        Assert.Equal(["steer", "prefill", "decode"], stages.Select(stage => stage.Stage).Distinct());
        Assert.All(stages, stage => Assert.InRange(stage.Progress, 0, 1));
        Assert.Equal(1, stages.Last(stage => stage.Stage == "prefill").Progress);
        Assert.Single(stages, stage => stage.Stage == "decode");
        Assert.NotEmpty(Text(events));
        Assert.True(events.FindIndex(happened => happened is AnswerStage { Stage: "decode" }) < events.FindIndex(happened => happened is AnswerDelta));
        var done = Assert.IsType<AnswerDone>(events[^1]);
        Assert.Single(events.OfType<AnswerDone>());
        Assert.Empty(done.Applied);
        Assert.InRange(done.Timings.PredictedN, 1, 12);
        Assert.True(done.Timings.CacheN + done.Timings.PromptN > 17);
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_ends_by_its_length_and_one_that_meets_a_stop_text_by_that()
    {
        var picture = await LookAsync();
        var whole = await AskAsync(picture, SteeringPlan.Empty);
        Assert.Equal("length", Assert.IsType<AnswerDone>(whole[^1]).FinishReason);
        var stopped = await AskAsync(picture, SteeringPlan.Empty, stop: Text(whole)[..1]);
        Assert.Equal("stop", Assert.IsType<AnswerDone>(stopped[^1]).FinishReason);
        Assert.Empty(Text(stopped));
    }

    [Fact]
    public async Task The_same_question_gets_the_same_answer_from_the_cache()
    {
        var picture = await LookAsync();
        var first = await AskAsync(picture, SteeringPlan.Empty);
        var again = await AskAsync(picture, SteeringPlan.Empty);
        Assert.Equal(Text(first), Text(again));
        var cached = Assert.IsType<AnswerDone>(again[^1]).Timings.CacheN;
        Assert.True(cached >= 17, $"{cached} positions came from the cache.");
    }

    [Fact]
    public async Task Steering_is_reported_and_computes_the_prompt_from_the_picture_on()
    {
        var picture = await LookAsync();
        await AskAsync(picture, SteeringPlan.Empty);
        var edits = Model.Features.Top(picture.Code.Pooled, 30).Select(feature => new SteeringEdit(feature.Id, SteeringOperation.Ablate, 0)).ToList();
        var steered = Assert.IsType<AnswerDone>((await AskAsync(picture, SteeringPlan.Create(edits)))[^1]);
        Assert.Equal(edits.Count, steered.Applied.Count);
        Assert.All(steered.Applied, edit => Assert.Equal(0, edit.Effective));
        Assert.True(steered.Timings.CacheN > 0 && steered.Timings.PromptN >= 17, $"{steered.Timings}");
    }

    [Fact]
    public async Task A_dialogue_needs_no_picture_but_steering_does()
    {
        Assert.IsType<AnswerDone>((await AskAsync(null, SteeringPlan.Empty))[^1]);
        Assert.Equal(SteeringError.NoPicture, (await Assert.ThrowsAsync<SteeringException>(() => AskAsync(null, Ablating(1)))).Error);
    }

    [Fact]
    public async Task An_edit_of_an_unknown_feature_is_refused_and_the_model_goes_on()
    {
        var picture = await LookAsync();
        Assert.Equal(SteeringError.UnknownFeature, (await Assert.ThrowsAsync<SteeringException>(() => AskAsync(picture, Ablating(100_000)))).Error);
        Assert.IsType<AnswerDone>((await AskAsync(picture, SteeringPlan.Empty))[^1]);
    }

    [Fact]
    public async Task A_dialogue_that_does_not_fit_is_refused_and_the_model_goes_on()
    {
        var picture = await LookAsync();
        await Assert.ThrowsAsync<ContextLengthException>(() => AskAsync(picture, SteeringPlan.Empty, new string('x', 5000)));
        Assert.IsType<AnswerDone>((await AskAsync(picture, SteeringPlan.Empty))[^1]);
    }

    [Fact]
    public async Task What_is_no_picture_is_refused()
    {
        var text = new PictureFile("Hello."u8.ToArray());
        Assert.Equal(PictureError.UnsupportedKind, (await Assert.ThrowsAsync<PictureException>(() => Model.LookAsync(text, Token))).Error);
        var cut = new PictureFile((await File.ReadAllBytesAsync(s_picture, Token))[..300]);
        Assert.Equal(PictureError.Undecodable, (await Assert.ThrowsAsync<PictureException>(() => Model.LookAsync(cut, Token))).Error);
        Assert.Null(Model.Recall(cut.Id));
    }

    [Fact]
    public async Task Leaving_an_answer_half_way_leaves_the_model_ready()
    {
        var picture = await LookAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var happened in Model.AnswerAsync(Request(picture, SteeringPlan.Empty, "What?", maxTokens: 500), leaving.Token))
            {
                if (happened is AnswerStage { Stage: "prefill" })
                {
                    await leaving.CancelAsync();
                }
            }
        });
        Assert.IsType<AnswerDone>((await AskAsync(picture, SteeringPlan.Empty))[^1]);
    }

    [Fact]
    public async Task What_the_code_says_is_read_in_words_unless_that_is_off_or_there_are_none()
    {
        using var folder = new TemporaryFolder();
        var manifest = ModelManifest.Parse(await File.ReadAllTextAsync(Path.Combine(bundle.Folder, ModelManifest.FileName), Token), "manifest");
        var files = manifest.Parts.ToDictionary(part => part.Key, part => Path.Combine(bundle.Folder, part.Value.File));
        ConceptFile.Write(
            files[ModelParts.Concepts] = folder.File("concepts.jsonl"),
            Enumerable.Range(0, manifest.Dimension).Select(id => new ConceptCode($"thing {id}", SparseCode.FromSorted(manifest.Dimension, [id], [1f]))));
        await BundlePacker.PackAsync(folder.File("bundle"), "worded", "With concepts.", manifest.Dimension, files, cancellationToken: Token);
        await using var model = await TinyBundle.LoadAsync(folder.File("bundle"));
        var picture = (await model.LookAsync(new PictureFile(await File.ReadAllBytesAsync(s_picture, Token)), Token)).Seen;
        var strongest = Strongest(picture.Code.Pooled);

        Assert.Equal([$"thing {strongest}"], (await DoneAsync(Request(picture, SteeringPlan.Empty, "What?", maxTokens: 1))).Grounding.Select(word => word.Word));
        Assert.NotEqual([$"thing {strongest}"], (await DoneAsync(Request(picture, Ablating(strongest), "What?", maxTokens: 1))).Grounding.Select(word => word.Word));
        Assert.Empty((await DoneAsync(Request(picture, SteeringPlan.Empty, "What?", maxTokens: 1) with { Grounding = Grounding.Off })).Grounding);
        Assert.Empty((await DoneAsync(Request(null, SteeringPlan.Empty, "What?", maxTokens: 1))).Grounding);
        Assert.True(model.HasConcepts);
        Assert.False(Model.HasConcepts);
        Assert.Empty(Assert.IsType<AnswerDone>((await AskAsync(await LookAsync(), SteeringPlan.Empty))[^1]).Grounding);

        async Task<AnswerDone> DoneAsync(AnswerRequest request) => Assert.IsType<AnswerDone>(await model.AnswerAsync(request, Token).LastAsync(Token));

        static int Strongest(SparseCode code) => Enumerable.Range(0, code.Dimension).MaxBy(id => code[id]);
    }

    [Fact]
    public async Task A_part_of_another_kind_is_refused_with_its_path()
    {
        var folder = Directory.CreateTempSubdirectory("wrong-bundle-").FullName;
        var manifest = ModelManifest.Parse(await File.ReadAllTextAsync(Path.Combine(bundle.Folder, ModelManifest.FileName), Token), "manifest");
        var swapped = manifest.Parts.ToDictionary(part => part.Key, part => Path.Combine(bundle.Folder, part.Value.File));
        (swapped[ModelParts.Tower], swapped[ModelParts.Adapter]) = (swapped[ModelParts.Adapter], swapped[ModelParts.Tower]);
        await BundlePacker.PackAsync(folder, "wrong", "Swapped.", manifest.Dimension, swapped, cancellationToken: Token);
        var error = await Assert.ThrowsAsync<BundleException>(() => VisionLanguageModel.LoadAsync(folder, cancellationToken: Token));
        Directory.Delete(folder, recursive: true);
        Assert.Contains("train clip", error.Message, StringComparison.Ordinal);
    }

    private async Task<SeenPicture> LookAsync() => (await Model.LookAsync(new PictureFile(await File.ReadAllBytesAsync(s_picture, Token)), Token)).Seen;

    private async Task<List<AnswerEvent>> AskAsync(SeenPicture? picture, SteeringPlan plan, string question = "What is in this picture?", string? stop = null)
    {
        var events = new List<AnswerEvent>();
        var request = Request(picture, plan, question, maxTokens: 12);
        request = request with { Sampling = request.Sampling with { Stop = stop is null ? null : [stop] } };
        await foreach (var happened in Model.AnswerAsync(request, Token))
        {
            events.Add(happened);
        }

        return events;
    }

    private static SteeringPlan Ablating(int feature) => SteeringPlan.Create([new SteeringEdit(new FeatureId(feature), SteeringOperation.Ablate, 0)]);

    private static AnswerRequest Request(SeenPicture? picture, SteeringPlan plan, string question, int maxTokens) =>
        new(picture, [new DialogueTurn(Speaker.User, question)], plan, new SamplingOptions(maxTokens));

    private static string Text(IEnumerable<AnswerEvent> events) =>
        events.OfType<AnswerDelta>().Aggregate(new StringBuilder(), (text, delta) => text.Append(delta.Text)).ToString();
}
