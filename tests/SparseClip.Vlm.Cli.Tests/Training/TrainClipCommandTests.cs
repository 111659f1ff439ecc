namespace SparseClip.Vlm.Cli.Tests.Training;

/// <summary>What <c>train clip</c> says about bad input. That it trains is tested where the trainer is.</summary>
public sealed class TrainClipCommandTests
{
    [Fact]
    public async Task A_preset_that_contradicts_itself_is_refused_with_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-preset-");
        var preset = Path.Combine(folder.FullName, "preset.json");
        var shipped = await File.ReadAllTextAsync(Shipped("clip-vit"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(preset, shipped.Replace("\"extras\": 0", "\"extras\": 56", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var line = await CommandLine.RefusedAsync("train", "clip", "--preset", preset, "--data", folder.FullName, "--out", Path.Combine(folder.FullName, "run"));

        Assert.Contains("batch.extras is 56", line, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_model_to_start_from_that_is_not_there_is_refused_with_what_would_do()
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-init-");

        var line = await CommandLine.RefusedAsync(
            "train", "clip", "--preset", "clip-vit", "--data", folder.FullName, "--out", Path.Combine(folder.FullName, "run"), "--init", Path.Combine(folder.FullName, "clip.safetensors"));

        Assert.Contains("no such file or folder", line, StringComparison.Ordinal);
        Assert.Contains("import-clip", line, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static string Shipped(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SparseClip.Vlm.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "models", "presets", name + ".json");
    }
}
