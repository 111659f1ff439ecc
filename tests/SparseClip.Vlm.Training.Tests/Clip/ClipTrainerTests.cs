using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Clip.Presets;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;

namespace SparseClip.Vlm.Training.Tests.Clip;

/// <summary>The real trainer with the real trunk and text layers, a handful of pictures and a few seconds.</summary>
[Slow]
[Collection(OneThread.Name)]
public sealed class ClipTrainerTests : IDisposable
{
    private readonly TinyClipRun _run = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_run_learns_and_the_same_call_goes_on_where_it_stopped()
    {
        var preset = Preset(seconds: 3);
        var first = new List<TrainingProgress>();
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
        var seen = new List<TrainingProgress>();
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
    public void A_run_that_was_stopped_goes_on_as_if_it_had_not_been()
    {
        const int Forgetful = 3; // captions kept: each step computes its own, in the same company whether the run began before it or not, and so with the same rounding
        var preset = Preset(seconds: 1) with { Steps = 40, Text = new TextTowerConfig([0, 1], 576, 32, 16, 0.2) };
        using var whole = new TinyClipRun();
        var (uninterrupted, parts) = (new List<TrainingProgress>(), new List<TrainingProgress>());
        whole.Train(preset, uninterrupted.Add, cachedTexts: Forgetful);
        using var stop = new CancellationTokenSource();

        _run.Train(preset, Stop, token: stop.Token, cachedTexts: Forgetful);
        Assert.Equal(20, Checkpoint().Step);
        _run.Train(preset, parts.Add, cachedTexts: Forgetful);

        Assert.Equal([20, 40], parts.Select(progress => progress.Step));
        Assert.Equal(uninterrupted[0].Losses, parts[0].Losses);
        Assert.Equal(uninterrupted[1].Losses.Keys, parts[1].Losses.Keys);
        foreach (var (name, expected) in uninterrupted[1].Losses)
        {
            Assert.InRange(parts[1].Losses[name], expected - 1e-4, expected + 1e-4);
        }

        void Stop(TrainingProgress progress)
        {
            parts.Add(progress);
            stop.Cancel();
        }
    }

    [Fact]
    public void A_run_goes_on_with_the_weights_and_moments_that_it_stopped_with()
    {
        var preset = Preset(seconds: 1) with { Steps = 40 };
        using var stop = new CancellationTokenSource();
        Train(preset, _ => stop.Cancel(), stop.Token);
        var stopped = Kept();

        Train(preset, _ => { }, stop.Token); // takes no further step, but keeps what it took up

        Assert.Equal(20, Checkpoint().Step);
        Assert.Contains(stopped, tensor => tensor.Key.StartsWith("optimizer", StringComparison.Ordinal) && tensor.Value.Any(value => value != 0));
        Assert.Equal(stopped, Kept());
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
    public void A_checkpoint_of_another_recipe_is_refused_by_what_differs()
    {
        var preset = Preset(seconds: 0.01);
        Train(preset, _ => { });
        var optimizer = preset.Optimizer with { HeadRate = 2e-3 };

        var error = Assert.Throws<CheckpointException>(() => Train(preset with { Dimension = 48, Optimizer = optimizer, ExcludedArtists = ["noto"] }, _ => { }));

        Assert.Contains("dimension is 64 in the checkpoint, 48 now", error.Message, StringComparison.Ordinal);
        Assert.Contains("optimizer.head_rate is 0.001 in the checkpoint, 0.002 now", error.Message, StringComparison.Ordinal);
        Assert.Contains("excluded_artists is [] in the checkpoint, [\"noto\"] now", error.Message, StringComparison.Ordinal);
        Assert.Contains("--out", error.Message, StringComparison.Ordinal);
        Assert.Contains("init", Assert.Throws<CheckpointException>(() => _run.Train(preset, init: _run.File("tower.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Contains("freeze_trunk", Assert.Throws<CheckpointException>(() => _run.Train(preset, freeze: true)).Message, StringComparison.Ordinal);
    }

    private static ClipPreset Preset(double seconds) => TinyClipRun.Preset(seconds);

    private string Train(ClipPreset preset, Action<TrainingProgress> report, CancellationToken? token = null, Action<int>? opened = null) =>
        _run.Train(preset, report, token: token, opened: opened);

    private TrainingState Checkpoint() => _run.Checkpoint();

    /// <summary>Every tensor of the checkpoint, by file and name.</summary>
    private Dictionary<string, float[]> Kept()
    {
        var kept = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var name in new[] { "model", "optimizer" })
        {
            using var file = SafetensorsFile.Open(_run.File(Path.Combine("checkpoint", name + ".safetensors")));
            foreach (var entry in file.Entries.Where(entry => entry.Type.ToString()[0] is 'F' or 'B'))
            {
                kept[$"{name} {entry.Name}"] = file.LoadFloats(entry.Name);
            }
        }

        return kept;
    }
}
