using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Data.Loading;
using SparseClip.Vlm.Training.Tests.Data;

namespace SparseClip.Vlm.Training.Tests.Clip;

[Collection(OneThread.Name)]
public sealed class PhotographBiasTests : IDisposable
{
    private readonly TinyDataFolder _data = new();
    private readonly TinyClipRun _run = new();

    public void Dispose()
    {
        _data.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void Photographs_become_sparser_and_drawn_pictures_stay_as_they_are()
    {
        using var weights = SafetensorsFile.Open(_run.Train(TinyClipRun.Preset(60) with { Steps = 2, Balance = null }));
        using var model = SparseClipModel.Load(weights);
        using var loader = Loader(model, photos: 10);
        var done = new List<int>();

        var report = PhotographBias.Lower(model, loader, 200, 1, done.Add, TestContext.Current.CancellationToken);

        Assert.Equal([20, 40, 60, 80, 100, 120, 140, 160, 180, 200], done);
        Assert.Equal(40, report.Pictures);
        Assert.InRange(report.ToldApart, 0.9, 1);
        Assert.True(report.L0After.Photographs < 0.5 * report.L0Before.Photographs, report.ToString());
        Assert.InRange(report.L0After.Drawn, 0.8 * report.L0Before.Drawn, 1.2 * report.L0Before.Drawn);
    }

    [Fact]
    public void Without_photographs_it_is_refused_and_the_tower_stays()
    {
        using var weights = SafetensorsFile.Open(_run.Train(TinyClipRun.Preset(60) with { Steps = 1, Balance = null }));
        using var model = SparseClipModel.Load(weights);
        using var loader = Loader(model, photos: 0);

        var error = Assert.Throws<ArgumentException>(() => PhotographBias.Lower(model, loader, 50, 1, null, TestContext.Current.CancellationToken));

        Assert.Contains("0 photographs", error.Message, StringComparison.Ordinal);
        Assert.Equal(weights.LoadFloats("image_head.bias"), model.image_head.bias.data<float>().ToArray());
    }

    private ClipBatchLoader Loader(SparseClipModel model, int photos) =>
        ClipBatchLoader.Open(_data.Path, new ClipLoaderOptions { Size = model.Config.ImageSize, Icons = 8, Scenes = 2, Photos = photos, Extras = 0 });
}
