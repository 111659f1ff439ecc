using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip;
using TorchSharp;

namespace SparseClip.Vlm.Training.Tests.Clip;

[Slow]
[Collection(OneThread.Name)]
public sealed class FeatureResamplingTests : IDisposable
{
    private const float Faint = 0.3f;
    private readonly SafetensorsFile _weights = SafetensorsFile.Open(FinishedParts.Tower);
    private readonly SparseClipModel _model;

    public FeatureResamplingTests()
    {
        _model = SparseClipModel.Load(_weights);
        SilenceFirst(_model);
    }

    public void Dispose()
    {
        _model.Dispose();
        _weights.Dispose();
    }

    [Fact]
    public void Faint_features_become_strong_and_rare_in_pictures_and_texts_and_the_others_stay()
    {
        var (before, texts) = (Weights(_model.image_head.weight), Weights(_model.text_head.head.weight));
        var done = new List<int>();
        Assert.Equal(0, Strongest(20));

        var report = Apply(new FeatureResamplingOptions(Below: Faint, Rate: 0.05), 400, done.Add);

        Assert.Equal(20, report.Faint);
        Assert.Equal(80, report.Pictures);
        Assert.Equal(Enumerable.Range(1, 20).Select(batch => batch * 20), done);
        Assert.True(Strongest(20) > 1, "other pictures of the same kinds activate what is new");
        var share = 20 / 64f * 0.05f;
        Assert.InRange(report.After.Drawn - report.Before.Drawn, 0.2 * share, 8 * share); // few pictures, and each new feature is of some that come again and again
        Assert.InRange(report.After.Captions - report.Before.Captions, 0.2 * share, 8 * share);
        Assert.InRange(report.After.InPhotographs - report.Before.InPhotographs, 0.05, 20 / 64d);
        Assert.Equal(before[20..], Weights(_model.image_head.weight)[20..]);
        Assert.Equal(texts[20..], Weights(_model.text_head.head.weight)[20..]);
    }

    [Fact]
    public void Faint_is_what_stays_below_the_threshold_and_nothing_above_it()
    {
        using (torch.no_grad())
        {
            // Without weights a feature has its bias in every picture.
            _model.image_head.weight[..20].zero_();
            _model.image_head.bias[..10].copy_(torch.tensor(0.9f * Faint));
            _model.image_head.bias[10..20].copy_(torch.tensor(1.1f * Faint));
        }

        var before = Weights(_model.image_head.weight);

        Assert.Equal(10, Apply(new FeatureResamplingOptions(Below: Faint), 100).Faint);
        Assert.Equal(before[10..], Weights(_model.image_head.weight)[10..]);
    }

    [Fact]
    public void The_same_seed_makes_the_same_features()
    {
        using var other = SparseClipModel.Load(_weights);
        SilenceFirst(other);

        Apply(new FeatureResamplingOptions(Below: Faint), 100);
        Apply(new FeatureResamplingOptions(Below: Faint), 100, model: other);

        Assert.Equal(Weights(_model.image_head.weight), Weights(other.image_head.weight));
        Assert.Equal(Weights(_model.text_head.head.weight), Weights(other.text_head.head.weight));
    }

    [Fact]
    public void Without_faint_features_nothing_changes()
    {
        using (torch.no_grad())
        {
            _model.image_head.bias.add_(10); // every feature is strong in every picture
        }

        var before = Weights(_model.image_head.weight);

        var report = Apply(new FeatureResamplingOptions(Below: Faint), 100);

        Assert.Equal(0, report.Faint);
        Assert.Equal(report.Before, report.After);
        Assert.Equal(before, Weights(_model.image_head.weight));
    }

    [Fact]
    public void Fewer_pictures_than_faint_features_are_refused_and_the_tower_stays()
    {
        var before = Weights(_model.image_head.weight);

        var error = Assert.Throws<TrainingException>(() => Apply(new FeatureResamplingOptions(Below: Faint, Photographs: 0.5), 100, photos: 1));

        Assert.Contains("take more pictures", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights(_model.image_head.weight));
    }

    [Fact]
    public void A_stop_leaves_the_tower_as_it_was()
    {
        var before = Weights(_model.image_head.weight);
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Apply(new FeatureResamplingOptions(Below: Faint), 400, _ => stop.Cancel(), token: stop.Token));

        Assert.Equal(before, Weights(_model.image_head.weight));
    }

    private FeatureResamplingReport Apply(
        FeatureResamplingOptions options, int pictures, Action<int>? progress = null, SparseClipModel? model = null, int photos = 10, CancellationToken? token = null)
    {
        using var loader = Loader(photos, seed: 1);
        return FeatureResampling.Apply(model ?? _model, FinishedParts.States, loader, pictures, options, progress, token ?? TestContext.Current.CancellationToken);
    }

    /// <summary>The first 20 of the 64 features fall silent in pictures and in texts.</summary>
    private static void SilenceFirst(SparseClipModel model)
    {
        using var noGrad = torch.no_grad();
        model.image_head.weight[..20].mul_(0.01);
        model.text_head.head.weight[..20].mul_(0.01);
    }

    /// <summary>The largest activation of the first features in 100 pictures.</summary>
    private float Strongest(int features)
    {
        using var scope = torch.NewDisposeScope();
        using var images = new SparseImageEncoder(_model);
        using var loader = Loader(photos: 10, seed: 2);
        loader.Start(0);
        var largest = 0f;
        for (var i = 0; i < 5; i++)
        {
            using var batch = loader.Next(TestContext.Current.CancellationToken);
            var pixels = torch.tensor(batch.Pixels[..batch.PixelCount], [batch.Count, batch.Size, batch.Size, 3], torch.ScalarType.Byte);
            largest = Math.Max(largest, images.Pooled(pixels)[.., ..features].max().item<float>());
        }

        return largest;
    }

    private static float[][] Weights(torch.Tensor weight) =>
        [.. Enumerable.Range(0, (int)weight.shape[0]).Select(row => weight[row].detach().contiguous().data<float>().ToArray())];

    private ClipBatchLoader Loader(int photos, long seed) => ClipBatchLoader.Open(
        FinishedParts.Data, new ClipLoaderOptions { Size = _model.Config.ImageSize, Icons = 8, Scenes = 2, Photos = photos, Extras = 0, Seed = seed });
}
