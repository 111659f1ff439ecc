using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Training.Tests.Data;

namespace SparseClip.Vlm.Cli.Tests.Training;

/// <summary>What <c>train photograph-bias</c> says about bad input. What it does is tested where its class is.</summary>
public sealed class TrainPhotographBiasCommandTests
{
    [Theory]
    [InlineData("-1")]
    [InlineData("11")]
    public async Task A_bias_outside_its_range_is_refused(string by)
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-bias-");

        var line = await CommandLine.RefusedAsync(
            "train", "photograph-bias", "--tower", "tower.safetensors", "--data", folder.FullName, "--by", by, "--out", Path.Combine(folder.FullName, "out.safetensors"));

        Assert.Contains("--by must be in 0..10", line, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFiles());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Data_with_too_few_pictures_is_refused_with_what_to_do()
    {
        using var data = new TinyDataFolder();
        var output = Path.Combine(data.Path, "out", "tower.safetensors");

        var line = await CommandLine.RefusedAsync("train", "photograph-bias", "--tower", Weights("default", "tower.safetensors"), "--data", data.Path, "--by", "1", "--out", output);

        Assert.Contains("usable labels", line, StringComparison.Ordinal);
        Assert.Contains("data build --photos", line, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_dense_tower_is_refused()
    {
        using var data = new TinyDataFolder();

        var line = await CommandLine.RefusedAsync(
            "train", "photograph-bias", "--tower", Weights("baselines", "dense-twin.safetensors"), "--data", data.Path, "--by", "1", "--out", Path.Combine(data.Path, "tower.safetensors"));

        Assert.Contains("Give a sparse tower", line, StringComparison.Ordinal);
    }

    private static string Weights(string folder, string file) => Path.GetFullPath(Path.Combine(DefaultParts.LanguageModel(), "..", "..", folder, file));
}
