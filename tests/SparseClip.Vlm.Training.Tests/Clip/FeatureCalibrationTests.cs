using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip;
using TorchSharp;

namespace SparseClip.Vlm.Training.Tests.Clip;

[Slow]
[Collection(OneThread.Name)]
public sealed class FeatureCalibrationTests : IDisposable
{
    private readonly SafetensorsFile _weights = SafetensorsFile.Open(FinishedParts.Tower);
    private readonly SparseClipModel _model;

    public FeatureCalibrationTests() => _model = SparseClipModel.Load(_weights);

    public void Dispose()
    {
        _model.Dispose();
        _weights.Dispose();
    }

    [Fact]
    public void Photographs_become_sparser_and_drawn_pictures_and_texts_stay_as_they_are()
    {
        var done = new List<int>();

        var report = Apply(new FeatureCalibrationOptions(Photographs: 1, Frequent: 1), 200, done.Add);

        Assert.Equal([20, 40, 60, 80, 100, 120, 140, 160, 180, 200], done);
        Assert.Equal(40, report.Pictures);
        Assert.InRange(report.ToldApart, 0.9, 1);
        Assert.True(report.After.Photographs < 0.5 * report.Before.Photographs, report.ToString());
        Assert.InRange(report.After.Drawn, 0.8 * report.Before.Drawn, 1.2 * report.Before.Drawn);
        Assert.Equal(report.Before.Captions, report.After.Captions);
        Assert.Equal(_weights.LoadFloats("text_head.head.bias"), _model.text_head.head.bias.data<float>().ToArray());
    }

    [Fact]
    public void A_feature_is_active_in_no_larger_a_share_of_photographs_than_allowed()
    {
        var before = Frequencies();

        var report = Apply(new FeatureCalibrationOptions(Photographs: 0, Frequent: 10, Most: 0.1), 400);

        // They were fitted on other crops of the same pictures, and 10% of some 160 photographs are 16 of them.
        var after = Frequencies();
        Assert.True(before.Count(share => share > 0.2) > 10, "features that are active often");
        Assert.True(after.Average() < 0.15, string.Join(", ", after));
        Assert.All(before.Zip(after), pair => Assert.True(pair.Second <= Math.Max(pair.First, 0.25), pair.ToString()));
        Assert.InRange(report.After.Drawn, 0.8 * report.Before.Drawn, 1.2 * report.Before.Drawn);
    }

    [Fact]
    public void No_bias_is_lowered_by_more_than_allowed()
    {
        Apply(new FeatureCalibrationOptions(Photographs: 0.5f, Frequent: 0.75f, Most: 0.001), 100);

        // What is lowered by s has its weights moved by s along one direction u, the same for all features.
        using var scope = torch.NewDisposeScope();
        var moved = (_model.image_head.weight - torch.tensor(_weights.LoadFloats("image_head.weight"), _model.image_head.weight.shape)).norm(1, false, 2f);
        Assert.Equal(0.75f / 0.5f, (moved.max() / moved.min()).item<float>(), 0.05f);
    }

    [Fact]
    public void A_feature_may_be_active_as_often_as_its_share_in_captions_allows_within_the_bounds()
    {
        var options = new FeatureCalibrationOptions(Photographs: 0, Frequent: 10, Most: 0.3, Least: 0.05);
        var (most, least) = (Photographs(options), Photographs(options with { Most = 0.05 }));
        var (half, twice, endless) = (Photographs(options with { Follow = 0.5 }), Photographs(options with { Follow = 2 }), Photographs(options with { Follow = 1000 }));

        Assert.True(least < half && half < twice && twice <= endless && endless <= most, string.Join(", ", least, half, twice, endless, most));

        double Photographs(FeatureCalibrationOptions with)
        {
            using var fresh = SparseClipModel.Load(_weights);
            return Apply(with, 200, model: fresh).After.Photographs;
        }
    }

    [Fact]
    public void Every_bias_of_the_texts_rises_by_as_much_as_asked()
    {
        var report = Apply(new FeatureCalibrationOptions(Photographs: 0, Frequent: 0, Texts: 0.25f), 50);

        Assert.Equal(_weights.LoadFloats("text_head.head.bias").Select(bias => bias + 0.25f), _model.text_head.head.bias.data<float>().ToArray());
        Assert.True(report.After.Captions > report.Before.Captions);
        Assert.Equal(report.Before.Drawn, report.After.Drawn);
    }

    [Fact]
    public void Without_photographs_it_is_refused_and_the_tower_stays()
    {
        var error = Assert.Throws<TrainingException>(() => Apply(new FeatureCalibrationOptions(Photographs: 1, Frequent: 1, Texts: 1), 50, photos: 0));

        Assert.Contains("0 photographs", error.Message, StringComparison.Ordinal);
        Assert.Equal(_weights.LoadFloats("image_head.bias"), _model.image_head.bias.data<float>().ToArray());
        Assert.Equal(_weights.LoadFloats("text_head.head.bias"), _model.text_head.head.bias.data<float>().ToArray());
    }

    private FeatureCalibrationReport Apply(FeatureCalibrationOptions options, int pictures, Action<int>? progress = null, SparseClipModel? model = null, int photos = 10)
    {
        using var loader = Loader(photos, seed: 1);
        return FeatureCalibration.Apply(model ?? _model, FinishedParts.States, loader, pictures, options, progress, TestContext.Current.CancellationToken);
    }

    /// <summary>The share of 200 photographs that each feature is active in.</summary>
    private float[] Frequencies()
    {
        using var scope = torch.NewDisposeScope();
        using var images = new SparseImageEncoder(_model);
        using var loader = Loader(photos: 10, seed: 2);
        loader.Start(0);
        var codes = new List<torch.Tensor>();
        for (var i = 0; i < 20; i++)
        {
            using var batch = loader.Next(TestContext.Current.CancellationToken);
            var pixels = torch.tensor(batch.Pixels[..batch.PixelCount], [batch.Count, batch.Size, batch.Size, 3], torch.ScalarType.Byte);
            codes.Add(images.Pooled(pixels[batch.FirstOf(ClipItemKind.Photo)..]));
        }

        return torch.cat(codes).gt(0).to_type(torch.ScalarType.Float32).mean([0]).data<float>().ToArray();
    }

    private ClipBatchLoader Loader(int photos, long seed) => ClipBatchLoader.Open(
        FinishedParts.Data, new ClipLoaderOptions { Size = _model.Config.ImageSize, Icons = 8, Scenes = 2, Photos = photos, Extras = 0, Seed = seed });
}
