using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip.Classes;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Clip.Classes;

[Slow]
[Collection(OneThread.Name)]
public sealed class ClassFeaturesTests : IDisposable
{
    private const int Old = 64, Dog = 1000; // the first kind after the classes
    private readonly SafetensorsFile _weights = SafetensorsFile.Open(FinishedParts.Tower);
    private readonly SafetensorsFile _published = SafetensorsFile.Open(RepositoryFiles.Model("pretrained", "efficientnet-lite0", "model.safetensors"));
    private readonly SparseClipModel _model;
    private readonly TinyWordNet _wordNet = new();

    public ClassFeaturesTests() => _model = SparseClipModel.Load(_weights);

    public void Dispose()
    {
        _model.Dispose();
        _published.Dispose();
        _weights.Dispose();
        _wordNet.Dispose();
    }

    [Fact]
    public void The_classes_and_kinds_become_features_and_those_that_were_stay()
    {
        var vocabulary = Vocabulary();
        using var grown = Apply(vocabulary, new ClassFeatureOptions(From: 15, Width: 200));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _model.trunk.SetTrainingFrom(_model.trunk.BlockCount + 1); // as the new one: a trained part is computed in more digits where a frozen one is in bfloat16
        using var before = new SparseImageEncoder(_model);
        using var after = new SparseImageEncoder(grown);
        var pixels = Pixels();

        Assert.Equal(Old + vocabulary.Features, grown.Config.Dimension);
        Assert.True(before.Pooled(pixels).allclose(after.Pooled(pixels)[.., ..Old], 1e-3, 1e-3), "the old features see what they saw");
        var states = FinishedParts.States.Pool(["a picture of a thingaa"], TestContext.Current.CancellationToken);
        Assert.True(_model.text_head.forward(states).allclose(grown.text_head.forward(states)[.., ..Old], 1e-3, 1e-3), "and read what they read");
    }

    [Fact]
    public void A_feature_of_a_class_rises_with_the_classifiers_logit_in_every_patch_alike()
    {
        using var grown = Apply(Vocabulary(), new ClassFeatureOptions(From: 15, Pictures: 1, Width: 200));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var whole = WholeImageNetClassifier.FromPretrained((EfficientNetLiteConfig)_model.Config.Trunk, _published);
        var pixels = Pixels();
        var logits = whole.Logits(pixels);
        logits = logits - logits.mean([1], keepdim: true);

        var (weight, bias) = grown.image_head.Fold();
        var states = grown.trunk.forward(grown.Normalize(pixels)).mean([1]);
        var activations = nn.functional.linear(states, weight, bias)[.., Old..(Old + 1000)];

        var difference = activations - logits; // the thresholds, the same for all pictures
        Assert.True((difference - difference.mean([0], keepdim: true)).abs().max().item<float>() < 0.05);
        Assert.InRange(difference.mean().item<float>(), -10, -0.1);
    }

    [Fact]
    public void A_name_activates_its_class_most_and_the_kind_above_it_too()
    {
        using var grown = Apply(Vocabulary(), new ClassFeatureOptions(From: 15));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        string[] names = ["goldfish", "beagle", "teapot"];

        var values = grown.text_head.PreActivations(FinishedParts.States.Pool([.. names.Select(name => $"a picture of a {name}")], TestContext.Current.CancellationToken))[.., Old..];

        Assert.Equal([1, 162, 849], values.argmax(1).data<long>().ToArray());
        Assert.All(names.Index(), name => Assert.True(values[name.Index].max().item<float>() > 1));
        Assert.True(values[1][Dog].item<float>() > values[2][Dog].item<float>(), "a beagle is a dog, a teapot is none");
    }

    [Fact]
    public void A_stop_leaves_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Apply(Vocabulary(), new ClassFeatureOptions(From: 15), _ => stop.Cancel(), stop.Token));
    }

    [Fact]
    public void What_cannot_be_is_refused_with_a_reason()
    {
        Assert.Contains("rate", Assert.Throws<Modeling.ConfigurationException>(() => Apply(Vocabulary(), new ClassFeatureOptions(Rate: 0))).Message, StringComparison.Ordinal);
        Assert.Contains("tuned further down", Assert.Throws<CheckpointException>(() => Apply(Vocabulary(), new ClassFeatureOptions(From: 15), published: Broken())).Message, StringComparison.Ordinal);
    }

    private SafetensorsFile Broken()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_wordNet.Path, "other.safetensors");
        SafetensorsWriter.Write(path, _published.Entries.Select(entry => KeyValuePair.Create(entry.Name, entry.Name.StartsWith("stem.conv", StringComparison.Ordinal) ? _published.Load(entry.Name) * 2 : _published.Load(entry.Name))));
        return SafetensorsFile.Open(path);
    }

    private ClassVocabulary Vocabulary() => ClassVocabulary.Of(
        ClassNames.LoadAll(RepositoryFiles.Model("pretrained", "efficientnet-lite0", "imagenet-classes.json")), WordNet.Load(_wordNet.Path),
        [.. TinyWordNet.Labels]);

    private SparseClipModel Apply(
        ClassVocabulary vocabulary, ClassFeatureOptions options, Action<int>? pictures = null, CancellationToken? token = null, SafetensorsFile? published = null)
    {
        using var loader = ClipBatchLoader.Open(FinishedParts.Data, new ClipLoaderOptions { Size = _model.Config.ImageSize, Icons = 20, Scenes = 2, Photos = 10, Extras = 0, Seed = 1 });
        return ClassFeatures.Apply(
            _model, FinishedParts.States, published ?? _published, vocabulary, loader, 60, options, new ClassFeatureProgress(pictures ?? (_ => { }), _ => { }),
            token ?? TestContext.Current.CancellationToken);
    }

    private Tensor Pixels()
    {
        using var loader = ClipBatchLoader.Open(FinishedParts.Data, new ClipLoaderOptions { Size = _model.Config.ImageSize, Icons = 4, Scenes = 2, Photos = 4, Extras = 0, Seed = 2 });
        loader.Start(0);
        using var batch = loader.Next(TestContext.Current.CancellationToken);
        return tensor(batch.Pixels[..batch.PixelCount], [batch.Count, batch.Size, batch.Size, 3], ScalarType.Byte);
    }
}
