using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Training;

/// <summary>What <c>train resample</c> says about bad input. What it does is tested where its class is.</summary>
public sealed class TrainResampleCommandTests
{
    [Theory]
    [InlineData("--below", "0", "--below must be in 0.001..1000")]
    [InlineData("--photographs", "1.5", "--photographs must be in 0..1")]
    [InlineData("--neighbours", "0", "--neighbours must be in 1..1000")]
    [InlineData("--rate", "NaN", "--rate must be in 0.0001..0.1")]
    [InlineData("--largest-in-texts", "-1", "--largest-in-texts must be in 0.001..1000")]
    [InlineData("--pictures", "many", "--pictures must be in 1..100000")]
    [InlineData("--pictures", "200000", "--pictures must be in 1..100000")]
    public async Task A_number_outside_its_range_is_refused(string option, string value, string said)
    {
        using var data = new TinyDataFolder();
        var output = Path.Combine(data.Path, "out.safetensors");

        var line = await CommandLine.RefusedAsync("train", "resample", "--tower", "tower.safetensors", "--data", data.Path, option, value, "--out", output);

        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_dense_tower_is_refused()
    {
        using var data = new TinyDataFolder();
        var twin = Path.GetFullPath(Path.Combine(DefaultParts.LanguageModel(), "..", "..", "baselines", "dense-twin.safetensors"));

        var line = await CommandLine.RefusedAsync("train", "resample", "--tower", twin, "--data", data.Path, "--out", Path.Combine(data.Path, "tower.safetensors"));

        Assert.Contains("Give a sparse tower", line, StringComparison.Ordinal);
    }
}
