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
}
