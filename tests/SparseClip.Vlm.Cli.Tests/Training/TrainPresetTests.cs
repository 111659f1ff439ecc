using System.Text.Json.Nodes;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Training;

/// <summary>What <c>train</c> says about presets and lengths that cannot be: one line and exit code 2, and nothing is written.</summary>
public sealed class TrainPresetTests : IDisposable
{
    private readonly TinyDataFolder _data = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-presets-");

    private string Output => Path.Combine(_folder.FullName, "run");

    public void Dispose()
    {
        _data.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Bounds_that_cross_are_refused() =>
        await RefusedAsync("clip", "balance.most is 0.001: give 0.004..1", Changed("clip-default", "balance", "most", 0.001));

    [Fact]
    public async Task A_micro_batch_of_nothing_is_refused() =>
        await RefusedAsync(
            "adapter", "batch.micro_batch is 0: give 1 or more", Changed("adapter-default", "batch", "micro_batch", 0), "--tower", Path.Combine(ModelsFolder.Find(), "default", "tower.safetensors"));

    [Fact]
    public async Task Less_than_no_time_is_refused()
    {
        await RefusedAsync("clip", "--minutes must be in", "clip-default", "--minutes", "-1");
        await RefusedAsync("adapter", "--minutes must be in", "adapter-default", "--minutes", "-1", "--tower", Path.Combine(ModelsFolder.Find(), "default", "tower.safetensors"));
    }

    private async Task RefusedAsync(string what, string said, string preset, params string[] more)
    {
        var line = await CommandLine.RefusedAsync(["train", what, "--preset", preset, "--data", _data.Path, "--out", Output, .. more]);
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    private string Changed(string name, string part, string field, double value)
    {
        var preset = JsonNode.Parse(File.ReadAllText(ModelsFolder.Preset(name)))!;
        preset[part]![field] = value;
        var path = Path.Combine(_folder.FullName, "preset.json");
        File.WriteAllText(path, preset.ToJsonString());
        return path;
    }
}
