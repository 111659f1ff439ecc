using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Clip.Presets;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Clip;

/// <summary>The trainer on trunks that are not the pretrained one: from nothing, and of finished models.</summary>
[Slow]
[Collection(OneThread.Name)]
public sealed class OtherTrunkTests : IDisposable
{
    private readonly TinyClipRun _run = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_ViT_from_nothing_trains_is_saved_and_encodes_with_exact_heat_maps()
    {
        var tower = _run.Train(Vit(steps: 3));

        Assert.Equal(3, _run.Checkpoint().Step);
        using var file = SafetensorsFile.Open(tower);
        using var model = SparseClipModel.Load(file);
        Assert.Equal("vit", model.Config.Trunk.Architecture);
        Assert.Equal(64, ((VisionTransformerConfig)model.Config.Trunk).ImageSize);
        using var encoder = new SparseImageEncoder(model);
        var picture = new byte[64 * 64 * 3];
        new Random(2).NextBytes(picture);
        var code = encoder.Encode(picture, 1, Token)[0];
        Assert.Equal((4, 4, 16), (code.GridHeight, code.GridWidth, code.Patches.Count));
        var features = Enumerable.Range(0, model.Config.Dimension).ToArray();
        var maps = encoder.HeatMaps(picture, features); // [D, T]
        Assert.All(features, feature => Assert.Equal(code.Pooled[feature], Math.Max(0, maps.AsSpan(feature * 16, 16).ToArray().Average()), 1e-4f));
    }

    [Fact]
    public void A_ViTs_run_goes_on_where_it_stopped()
    {
        _run.Train(Vit(steps: 2));
        var before = Weights();

        _run.Train(Vit(steps: 4));

        Assert.Equal(4, _run.Checkpoint().Step);
        Assert.False(Same(before, Weights(), "trunk.patch_embedding.weight"));
        Assert.False(Same(before, Weights(), "trunk.position_embedding"));
    }

    [Fact]
    public void A_ViT_may_be_taught_by_the_pretrained_classifier_beside_it()
    {
        var preset = Vit(steps: 2) with
        {
            Teacher = "pretrained/efficientnet-lite0",
            Distillation = new DistillationOptions(16, 3, 1, 0.1),
            Batch = new ClipBatchComposition(2, 1, 2, 1),
        };

        _run.Train(preset);

        Assert.Equal(2, _run.Checkpoint().Step);
    }

    [Fact]
    public void An_imported_CLIPs_frozen_trunk_stays_bit_by_bit_while_heads_learn()
    {
        var clip = RepositoryFiles.Fixture("clip", "hugging-face");
        var notes = new List<string>();
        _run.Train(Imported(steps: 1), init: clip, freeze: true, note: notes.Add);
        var first = Weights();

        var tower = _run.Train(Imported(steps: 4), init: clip, freeze: true, note: notes.Add);

        Assert.Contains("of 3 blocks", notes[0], StringComparison.Ordinal);
        Assert.Equal("Goes on after step 1.", notes[1]);
        var last = Weights();
        using var scope = NewDisposeScope();
        var (trunk, _) = TrunkReader.Open(clip, 64);
        using var module = trunk.Module;
        Assert.All(module.state_dict(), entry => Assert.Equal(entry.Value.data<float>().ToArray(), last["trunk." + entry.Key]));
        foreach (var name in new[] { "image_head.weight", "image_head.bias", "text_head.head.weight" })
        {
            Assert.False(Same(first, last, name), name);
        }

        // The tower needs nothing beside it.
        using var file = SafetensorsFile.Open(tower);
        using var model = SparseClipModel.Load(file);
        Assert.Equal(model.trunk.BlockCount + 1, model.Config.TrainedFromBlock);
        using var encoder = new SparseImageEncoder(model);
        Assert.Equal(16, encoder.Encode(new byte[64 * 64 * 3], 1, Token)[0].Patches.Count);
    }

    [Fact]
    public void A_tower_of_the_same_shape_gives_its_heads_and_of_another_shape_its_trunk_only()
    {
        var tower = _run.Train(Vit(steps: 2));
        using var before = SafetensorsFile.Open(tower);
        var same = new List<string>();
        using var next = new TinyClipRun();
        next.Train(Vit(steps: 3), init: tower, freeze: true, token: new CancellationToken(canceled: true), note: same.Add);
        using (var after = SafetensorsFile.Open(next.File("tower.safetensors")))
        {
            Assert.All(before.Entries, entry => Assert.Equal(before.LoadFloats(entry.Name), after.LoadFloats(entry.Name)));
        }

        var other = new List<string>();
        using var third = new TinyClipRun();
        third.Train(Vit(steps: 1) with { Dimension = 48 }, init: tower, note: other.Add);
        Assert.EndsWith(", heads and text side.", Assert.Single(same), StringComparison.Ordinal);
        Assert.Contains("64 features", Assert.Single(other), StringComparison.Ordinal);
        Assert.Contains("start anew", other[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_with_what_to_do()
    {
        Refused("pretrained/nothing", Vit(1) with { Trunk = "pretrained/nothing" });
        Refused("trained_from_block of the preset to 0", Vit(1) with { TrainedFromBlock = 1 });
        Refused("trained_from_block of the preset to 0", Vit(1), freeze: true);
        Refused("patches of 16", Vit(1) with { ImageSize = 72 });
        Refused("patches of 16", Vit(1) with { First = new ClipFirstPart(40, 0.5) });
        Refused("2 blocks", Vit(1) with { TrainedFromBlock = 4 });
        Refused("577 values", Vit(1) with { Text = Vit(1).Text with { StateWidth = 577 } });
        Refused("set it to 0", Vit(1) with { Batch = new ClipBatchComposition(2, 1, 2, 1) });
        Refused("set teacher", Vit(1) with { Distillation = new DistillationOptions(16, 3, 1, 0.1) });
        Refused("'teacher' of the preset", Vit(1) with { Distillation = new DistillationOptions(16, 3, 1, 0.1), Teacher = "pretrained/nobody" });
    }

    [Fact]
    public void The_presets_that_ship_are_whole()
    {
        foreach (var name in new[] { "clip-default", "clip-dense", "clip-vit", "clip-words", "clip-long", "clip-long-dense", "clip-balanced", "clip-balanced-dense" })
        {
            var preset = ClipPreset.Load(RepositoryFiles.Model("presets", name + ".json"));
            var trunk = RepositoryFiles.Model(preset.Trunk);
            var config = VisionTrunks.LoadConfig(Directory.Exists(trunk) ? Path.Combine(trunk, VisionTrunks.ConfigName) : trunk);
            Assert.Null(config.SizeProblem(preset.ImageSize));
        }
    }

    private ClipPreset Vit(int steps) => TinyClipRun.Preset(seconds: 1) with
    {
        Trunk = _run.VitConfigFile(),
        TrainedFromBlock = 0,
        Distillation = null,
        Batch = new ClipBatchComposition(2, 1, 2, 0),
        Steps = steps,
    };

    private static ClipPreset Imported(int steps) => TinyClipRun.Preset(seconds: 1) with
    {
        Distillation = null,
        Batch = new ClipBatchComposition(2, 1, 2, 0),
        Steps = steps,
    };

    private void Refused(string message, ClipPreset preset, bool freeze = false) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => _run.Train(preset, freeze: freeze)).Message, StringComparison.Ordinal);

    private static bool Same(Dictionary<string, float[]> a, Dictionary<string, float[]> b, string name) => a[name].SequenceEqual(b[name]);

    /// <summary>The exact weights of the run's checkpoint; towers are rounded to half precision.</summary>
    private Dictionary<string, float[]> Weights()
    {
        using var file = SafetensorsFile.Open(_run.File("checkpoint", "model.safetensors"));
        return file.Entries.ToDictionary(entry => entry.Name, entry => file.LoadFloats(entry.Name));
    }
}
