using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Training;

/// <summary>What <c>train calibrate</c> says about bad input. What it does is tested where its class is.</summary>
public sealed class TrainCalibrateCommandTests
{
    [Theory]
    [InlineData("--photographs", "-1", "--photographs must be in 0..10")]
    [InlineData("--photographs", "11", "--photographs must be in 0..10")]
    [InlineData("--frequent", "0.5", "--frequent (0.5) must be --photographs (0.7) or more")]
    [InlineData("--most", "0.0005", "--least (0.001) must be at most --most (0.0005)")]
    [InlineData("--most", "0", "--most must be in 0.0001..1")]
    [InlineData("--follow", "NaN", "--follow must be in 0..1000")]
    [InlineData("--follow", "much", "--follow must be in 0..1000")]
    [InlineData("--texts", "-0.1", "--texts must be in 0..10")]
    [InlineData("--pictures", "0", "--pictures must be in 1..50000")]
    public async Task A_number_outside_its_range_is_refused(string option, string value, string said)
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-calibrate-");

        var line = await CommandLine.RefusedAsync(
            "train", "calibrate", "--tower", Weights("default", "tower.safetensors"), "--data", folder.FullName, option, value, "--out", Path.Combine(folder.FullName, "out.safetensors"));

        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFiles());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Data_with_too_few_pictures_is_refused_with_what_to_do()
    {
        using var data = new TinyDataFolder();
        var output = Path.Combine(data.Path, "out", "tower.safetensors");

        var line = await CommandLine.RefusedAsync("train", "calibrate", "--tower", Weights("default", "tower.safetensors"), "--data", data.Path, "--out", output);

        Assert.Contains("usable labels", line, StringComparison.Ordinal);
        Assert.Contains("data build --photos", line, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_dense_tower_is_refused()
    {
        using var data = new TinyDataFolder();

        var line = await CommandLine.RefusedAsync(
            "train", "calibrate", "--tower", Weights("baselines", "dense-twin.safetensors"), "--data", data.Path, "--out", Path.Combine(data.Path, "tower.safetensors"));

        Assert.Contains("Give a sparse tower", line, StringComparison.Ordinal);
    }

    private static string Weights(string folder, string file) => Path.GetFullPath(Path.Combine(DefaultParts.LanguageModel(), "..", "..", folder, file));
}
