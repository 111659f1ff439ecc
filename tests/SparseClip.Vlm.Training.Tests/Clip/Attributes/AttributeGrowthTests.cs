using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip.Attributes;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Clip.Attributes;

[Slow]
[Collection(OneThread.Name)]
public sealed class AttributeGrowthTests : IDisposable
{
    private static readonly AttributeOptions s_options = new(Scenes: 160, Singles: 40, Passes: 8);
    private readonly SafetensorsFile _weights = SafetensorsFile.Open(FinishedParts.Tower);
    private readonly SparseClipModel _model;

    public AttributeGrowthTests() => _model = SparseClipModel.Load(_weights);

    public void Dispose()
    {
        _model.Dispose();
        _weights.Dispose();
    }

    [Fact]
    public void Colours_and_numbers_become_features_behind_those_that_were()
    {
        using var grown = Apply(s_options);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _model.trunk.SetTrainingFrom(_model.trunk.BlockCount + 1); // as the new one: a trained part is computed in more digits where a frozen one is in bfloat16
        using var before = new SparseImageEncoder(_model);
        using var after = new SparseImageEncoder(grown);
        var (old, attributes) = (_model.Config.Dimension, grown.Config.Attributes!);
        var pixels = zeros([1, _model.Config.ImageSize, _model.Config.ImageSize, 3], ScalarType.Byte);
        pixels[..] = tensor(new byte[] { 220, 20, 20 });

        var codes = after.Pooled(pixels);

        Assert.Equal((old, old + AttributeFeatures.Count), (attributes.First, grown.Config.Dimension));
        Assert.True(before.Pooled(pixels).allclose(codes[.., ..old], 1e-3, 1e-3), "the old features see what they saw");
        Assert.Equal(s_options.Colours, codes[0, attributes.Colour(0)].item<float>(), 0.05);
        Assert.Equal(0, codes[0, attributes.Colour(1)].item<float>());
        var states = FinishedParts.States.Pool(["a picture of a thingaa"], TestContext.Current.CancellationToken);
        Assert.True(_model.text_head.forward(states).allclose(grown.text_head.forward(states)[.., ..old], 1e-3, 1e-3), "and read what they read");
    }

    [Fact]
    public void A_text_activates_the_colour_and_the_number_that_it_says()
    {
        using var grown = Apply(s_options);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var attributes = grown.Config.Attributes!;

        var values = grown.text_head.PreActivations(FinishedParts.States.Pool(["a picture of something red", "a picture of something blue", "a picture of three things"], TestContext.Current.CancellationToken));

        var colours = values[.., attributes.Colour(0)..attributes.Number(1)];
        Assert.Equal(["red", "blue"], colours[..2].argmax(1).data<long>().ToArray().Select(colour => ColourNames.All[(int)colour]));
        Assert.Equal(2, values[2, attributes.Number(1)..].argmax().item<long>());
    }

    [Fact]
    public void A_tower_gets_them_once_and_a_stop_leaves_nothing_behind()
    {
        using var grown = Apply(s_options);
        Assert.Contains("already", Assert.Throws<Modeling.ConfigurationException>(() => Apply(s_options, grown)).Message, StringComparison.Ordinal);
        Assert.Contains("scenes", Assert.Throws<Modeling.ConfigurationException>(() => Apply(s_options with { Scenes = 1 })).Message, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Apply(s_options, pictures: _ => stop.Cancel(), token: stop.Token));
    }

    private SparseClipModel Apply(AttributeOptions options, SparseClipModel? model = null, Action<int>? pictures = null, CancellationToken? token = null)
    {
        var size = _model.Config.ImageSize;
        using var index = ShardIndex.Open(FinishedParts.Data, TestContext.Current.CancellationToken);
        string[] labels = [.. index.Items.Where(item => item.IsIcon).Select(item => Noun.Normalize(item.Entry.Label)).Distinct(StringComparer.Ordinal)];
        using var singles = ClipBatchLoader.Open(FinishedParts.Data, new ClipLoaderOptions { Size = size, Icons = 10, Scenes = 0, Photos = 10, Extras = 0, Seed = 1 });
        return AttributeGrowth.Apply(
            model ?? _model, FinishedParts.States, new DrawnScenes(index, labels, size, null, []), singles, new AttributeVocabulary(labels, []), options,
            new AttributeProgress(pictures ?? (_ => { }), _ => { }, _ => { }), token ?? TestContext.Current.CancellationToken);
    }
}
