using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Adapter;

namespace SparseClip.Vlm.Training.Tests.Adapter;

/// <summary>The real trainer between the tower and the language model that ship, on a handful of pictures and for no more than a step or two.</summary>
[Slow]
[Collection(OneThread.Name)]
public sealed class AdapterTrainerTests : IDisposable
{
    private readonly TinyDataFolder _data = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-adapter-");
    private readonly AdapterParts _parts = AdapterParts.Open(
        RepositoryFiles.Model("default", "tower.safetensors"), RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"));

    public void Dispose()
    {
        _parts.Dispose();
        _data.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_finished_adapter_is_where_another_training_starts()
    {
        var stages = new List<string>();
        using var closed = SafetensorsFile.Open(Train("closed", Preset(seconds: 0)));
        using var learned = SafetensorsFile.Open(Train("learned", Preset(seconds: 0.01), stages.Add));
        Assert.Contains(stages, stage => stage.Contains("closed form", StringComparison.Ordinal));
        Assert.NotEqual(closed.LoadFloats("first.weight"), learned.LoadFloats("first.weight"));

        using var next = SafetensorsFile.Open(Train("next", Preset(seconds: 0), init: learned.Path));

        Assert.All(learned.Entries, entry => Assert.Equal(learned.LoadFloats(entry.Name), next.LoadFloats(entry.Name)));
    }

    [Fact]
    public void A_finished_adapter_of_another_shape_is_refused_and_nothing_is_written()
    {
        var narrow = Train("narrow", Preset(seconds: 0));

        var error = Assert.Throws<CheckpointException>(() => Train("wide", Preset(seconds: 0) with { Hidden = 34 }, init: narrow));

        Assert.Contains("--init", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "wide", "adapter.safetensors")));
    }

    private static AdapterPreset Preset(double seconds) => new(
        32, 2, new AdapterBatchComposition(2, 0.5, 0.5, 1, 1, 2, 2), new AdapterStartOptions(64, 0.4, 4), new AdapterEditOptions(0.5, 4, 0.6, 2, 0.4),
        new AdapterOptimizerOptions(1e-3, 1e-3, 0.01, 1, 1), ["fxemoji"], seconds / 60, 1);

    private string Train(string name, AdapterPreset preset, Action<string>? stage = null, string? init = null)
    {
        var options = new AdapterTrainerOptions(
            Path.Combine(_folder.FullName, name),
            () => AdapterBatchLoader.Open(_data.Path, preset.LoaderOptions(_parts.Images.InputSize)),
            labels => labels,
            init);
        return new AdapterTrainer(options, preset, _parts).Train(new AdapterWatch(stage ?? (_ => { }), _ => { }, null, _ => { }), TestContext.Current.CancellationToken);
    }
}
