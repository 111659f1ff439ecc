using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation.Concepts;
using SparseClip.Vlm.Evaluation.Features;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Autoencoders;
using SparseClip.Vlm.Training.Clip;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation.Tests;

/// <summary>The evaluations of towers with the real trunk and text layers below untrained heads: what they measure is chance, how they count is not.</summary>
public sealed class TowerEvaluationTests : IDisposable
{
    private const int Cut = 15;
    private readonly TinyDataFolder _data = new();
    private readonly GgufFile _languageModel = GgufFile.Open(RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"));
    private readonly EfficientNetLiteConfig _trunk = EfficientNetLiteConfig.Load(RepositoryFiles.Model("pretrained", "efficientnet-lite0", "config.json"));
    private readonly SafetensorsFile _weights = SafetensorsFile.Open(RepositoryFiles.Model("pretrained", "efficientnet-lite0", "model.safetensors"));
    private readonly LanguageModelTextStates _states;
    private readonly SparseClipModel _model;

    public TowerEvaluationTests()
    {
        _states = new LanguageModelTextStates(_languageModel, [0, 1], ScalarType.Float32);
        manual_seed(3);
        _model = new SparseClipModel(
            new SparseClipConfig(64, 64, _trunk, Cut, new TextTowerConfig([0, 1], 576, 32, 16, 0), 0), EfficientNetLite.FromPretrained(_trunk, _weights, Cut, 64));
        _model.eval();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _states.Dispose();
        _weights.Dispose();
        _languageModel.Dispose();
        _data.Dispose();
    }

    [Fact]
    public void Scenes_are_counted_by_scene_and_by_thing()
    {
        using var index = ShardIndex.Open(_data.Path, Token);
        var labels = Labels(index);
        using var classifier = ZeroShotClassifier.Create(new SparseTextEncoder(_model, _states), labels, Token);
        var scenes = new DrawnScenes(index, labels, 64, "openmoji", []);

        var score = SceneEvaluator.Evaluate(_model, classifier, scenes, 5, null, null, Token);

        Assert.Equal((5, labels.Count, 2), (score.Scenes, score.Labels, score.Grid));
        Assert.All([score.BothInTop5, score.BothInTop5OfWindows, score.OneFirst], share => Assert.Equal(0, share * 5 % 1, 1e-9));
        Assert.Equal(0, score.BoxTop1 * 10 % 1, 1e-9);
        Assert.All([score.Pointing, score.Mass], share => Assert.InRange(share, 0, score.Mapped));
        Assert.Null(score.ConceptPointing);
    }

    [Fact]
    public void The_maps_of_the_things_concepts_are_looked_at_where_there_is_a_table()
    {
        using var index = ShardIndex.Open(_data.Path, Token);
        var labels = Labels(index);
        using var classifier = ZeroShotClassifier.Create(new SparseTextEncoder(_model, _states), labels, Token);
        var scenes = new DrawnScenes(index, labels, 64, "openmoji", []);
        var table = new ConceptTable([.. labels.Select(label => new Concept(label, SparseCode.FromSorted(64, [1, 2], [1f, 2f]), -3, 0.1f))], null);

        var score = SceneEvaluator.Evaluate(_model, classifier, scenes, 5, table, null, Token);

        Assert.Equal(1, score.ConceptsMapped);
        Assert.Equal(0, score.ConceptPointing!.Value * 10 % 1, 1e-9);
    }

    [Fact]
    public void A_label_counts_by_the_nearest_of_several_codes()
    {
        using var classifier = ZeroShotClassifier.Create(_ => tensor(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }), ["one", "two", "three"]);
        using var codes = tensor(new float[,] { { 1, 0.2f, 0.1f }, { 0, 0.1f, 5 } });

        Assert.Equal([2, 0, 1], classifier.NearestToAny(codes, 5));
        Assert.Equal([2L], classifier.NearestToAny(codes, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Agreement_counts_pictures_whether_the_classifier_shares_the_towers_low_states_or_not(bool isShared)
    {
        using var teacher = ClassTeacher.Open(RepositoryFiles.Model("pretrained", "efficientnet-lite0"), isShared ? _model.trunk : null);
        using var set = LabelledSet.Open(_data.Path, 8, picture => picture.Entry?.Kind == "photo", Token);

        var score = TeacherAgreementEvaluator.Evaluate(_model, new SparseTextEncoder(_model, _states), teacher, set, null, Token);

        Assert.Equal(isShared, teacher.SharesLowStates);
        Assert.Equal((1000, 8), (score.Classes, score.Pictures));
        Assert.InRange(score.SameTop1, 0, score.InTop5);
    }

    [Fact]
    public void Unseen_words_are_the_left_out_tags_of_the_labels()
    {
        using var index = ShardIndex.Open(_data.Path, Token);
        var entries = index.Items.Select(item => item.Entry).ToArray();
        var leftOut = LeftOutWords.Of(entries).Words;

        var words = UnseenWordEvaluator.Words(entries, Labels(index), [leftOut[0] + " of a class"]);
        var score = UnseenWordEvaluator.Evaluate(new SparseTextEncoder(_model, _states), words, Labels(index), Token);

        Assert.Equal(leftOut.Count - 1, score.Words); // one is said by a class name
        Assert.InRange(score.Top1, 0, score.Top5);
    }

    [Fact]
    public void Features_are_measured_beside_dictionaries_over_the_dense_twin()
    {
        using var twin = new SparseClipModel(
            new SparseClipConfig(16, 64, _trunk, Cut, new TextTowerConfig([0, 1], 576, 32, 16, 0), 0, HeadActivation.None),
            EfficientNetLite.FromPretrained(_trunk, _weights, Cut, 64));
        twin.eval();
        using var loader = ClipBatchLoader.Open(_data.Path, new ClipLoaderOptions { Size = 64, Icons = 6, Scenes = 2, Photos = 4, Extras = 0 }, cancellationToken: Token);
        using var dictionaries = TwinDictionaries.Embed(twin, loader, 20, 1, null, Token);
        using var coder = dictionaries.Fit(new TopKConfig(16, 32, 5, 8), 3, null, Token);
        using var embedding = new PretrainedEmbedding(RepositoryFiles.Model("pretrained", "efficientnet-lite0"), 64);
        using var set = LabelledSet.Open(_data.Path, null, picture => picture.Entry?.Source == "openmoji", Token);

        var report = FeatureEvaluator.Evaluate(
            _model, new SparseTextEncoder(_model, _states), new CaptionWriter(), embedding, set, twin, [new NamedDictionary("TopK", coder)], null, Token);

        Assert.Equal(24, dictionaries.Pictures);
        Assert.Equal(TinyDataFolder.Labels, report.Pictures);
        Assert.InRange(report.Dictionaries[0].L0Count, 1, 5);
        Assert.Equal((64, 32), (report.Tower.Dimension, report.Dictionaries[0].Dimension));
        Assert.Equal(report.Tower.Baseline!.Value, report.Dictionaries[0].Baseline!.Value, 1e-6); // the same pictures
        Assert.All([report.Tower, report.Dictionaries[0]], score =>
        {
            Assert.Equal(score.Dimension, (int)Math.Round(score.ActiveFraction * score.Dimension) + score.DeadFeatures);
            Assert.InRange(score.MeasuredFeatures, 0, score.Dimension - score.DeadFeatures);
        });
        Assert.InRange(report.ModalityCounts.Sum(), report.Tower.Dimension - report.Tower.DeadFeatures, report.Tower.Dimension);
    }

    [Fact]
    public void Concepts_are_compared_with_the_labels_they_are_listed_of()
    {
        using var encoder = new SparseImageEncoder(_model);
        using var set = LabelledSet.Open(_data.Path, 40, picture => picture.Entry?.Source == "openmoji", Token);
        var weights = SparseCode.FromSorted(encoder.Dimension, [.. Enumerable.Range(0, Concept.MostFeatures)], [.. Enumerable.Repeat(0.001f, Concept.MostFeatures)]);
        string[] labels = [Noun.Normalize(set.Pictures[0].Label), Noun.Normalize(set.Pictures[1].Label)];
        var table = new ConceptTable([new Concept("toy", weights, 3, 0.001f) { Synonyms = [labels[0]] }, new Concept("kind", weights, 2, 0.001f), new Concept("never", weights, -9, 0.001f)], null);
        var listed = new List<ConceptRows>();

        var score = new ConceptEvaluator(table, new Kinds(labels[1])).Evaluate(encoder, set, listed.Add, Token);

        Assert.Equal(40, score.Pictures);
        Assert.All(listed, rows => Assert.Equal(["toy", "kind"], rows.Rows.Select(row => row.Word)));
        // "toy" is another word for the first label; "kind" is what the second is a kind of, and stands behind "toy".
        Assert.Equal((1 / 40.0, 1 / 40.0, 2 / 80.0, 2), (score.FirstSame, score.First, score.FirstFive, score.Listed));
        Assert.Equal((1 / (1 + Math.Exp(-3)) + (1 / (1 + Math.Exp(-2)))) / 2, score.MeanProbability, 1e-3);
    }

    private static List<string> Labels(ShardIndex index) =>
        [.. index.Items.Where(item => item.Entry.Source == "openmoji").Select(item => Noun.Normalize(item.Entry.Label)).Distinct()];

    private sealed class Kinds(string label) : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string word) => word == label ? ["kind"] : [];

        public IReadOnlyList<string> SynonymsOf(string word) => [];
    }
}
