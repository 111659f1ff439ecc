using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Clip;
using TorchSharp;

namespace SparseClip.Vlm.Training.Tests.Clip;

/// <summary>The real trainer with the real trunk and text layers, a handful of pictures and a few seconds.</summary>
public sealed class ClipTrainerTests : IDisposable
{
    private readonly TinyClipRun _run = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_run_learns_and_the_same_call_goes_on_where_it_stopped()
    {
        var preset = Preset(seconds: 3);
        var first = new List<ClipProgress>();
        Train(preset, first.Add);
        var stopped = Checkpoint();

        var tower = Train(preset with { Minutes = (stopped.TrainedSeconds / 60) + preset.Minutes }, first.Add);

        var resumed = Checkpoint();
        Assert.True(stopped.Step > 0);
        Assert.True(resumed.Step > stopped.Step, $"{resumed} after {stopped}");
        Assert.True(resumed.TrainedSeconds >= stopped.TrainedSeconds);
        using var file = SafetensorsFile.Open(tower);
        using var model = SparseClipModel.Load(file);
        using var encoder = new SparseImageEncoder(model);
        Assert.Equal(preset.Dimension, encoder.Encode(new byte[64 * 64 * 3], 1, Token)[0].Pooled.Dimension);
    }

    [Fact]
    public void A_run_by_steps_has_exactly_those_and_may_be_dense()
    {
        var preset = Preset(seconds: 1) with { Steps = 3, Activation = HeadActivation.None, HeadBias = 0, Balance = null };

        var tower = Train(preset, _ => { });

        Assert.Equal(3, Checkpoint().Step);
        using var file = SafetensorsFile.Open(tower);
        using var model = SparseClipModel.Load(file);
        using var encoder = new SparseImageEncoder(model);
        using var pixels = torch.zeros(1, 64, 64, 3, dtype: torch.ScalarType.Byte);
        using var code = encoder.Pooled(pixels);
        Assert.True(code.min().item<float>() < 0);
    }

    [Fact]
    public void Pictures_may_grow_on_the_way()
    {
        var seen = new List<ClipProgress>();
        var preset = Preset(seconds: 1) with { Steps = 4, ImageSize = 96, First = new ClipFirstPart(64, 0.5) };
        var sizes = new List<int>();

        var tower = Train(preset, seen.Add, opened: sizes.Add);

        Assert.Equal([64, 96], sizes);

        Assert.Equal([64, 96], new[] { 0.0, 0.499, 0.5, 1.0 }.Select(preset.SizeAt).Distinct());
        using var file = SafetensorsFile.Open(tower);
        using var model = SparseClipModel.Load(file);
        using var encoder = new SparseImageEncoder(model);
        Assert.Equal(9, encoder.Encode(new byte[96 * 96 * 3], 1, Token)[0].Patches.Count);
    }

    [Fact]
    public void A_cancelled_run_leaves_a_whole_checkpoint()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Train(Preset(seconds: 60), _ => { }, stop.Token);

        Assert.Equal(0, Checkpoint().Step);
    }

    [Fact]
    public void A_checkpoint_of_another_shape_is_refused_by_name()
    {
        Train(Preset(seconds: 0.01), _ => { });

        var error = Assert.Throws<CheckpointException>(() => Train(Preset(seconds: 0.01) with { Dimension = 48 }, _ => { }));

        Assert.Contains("48", error.Message, StringComparison.Ordinal);
    }

    private static ClipPreset Preset(double seconds) => TinyClipRun.Preset(seconds);

    private string Train(ClipPreset preset, Action<ClipProgress> report, CancellationToken? token = null, Action<int>? opened = null) =>
        _run.Train(preset, report, token: token, opened: opened);

    private ClipCheckpoint Checkpoint() => _run.Checkpoint();
}
