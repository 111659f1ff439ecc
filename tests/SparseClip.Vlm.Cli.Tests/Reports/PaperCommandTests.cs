namespace SparseClip.Vlm.Cli.Tests.Reports;

/// <summary>What <c>report paper</c> says about bad input. That it writes a report is tested where the studies are.</summary>
public sealed class PaperCommandTests
{
    [Fact]
    public async Task A_folder_without_data_is_refused_with_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-no-data-");

        var line = await CommandLine.RefusedAsync(
            "report", "paper", "--data", folder.FullName, "--out", Path.Combine(folder.FullName, "paper"), "--cache", Path.Combine(folder.FullName, "cache"));

        Assert.Contains("sparseclip data build", line, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    public async Task A_budget_is_above_zero(string minutes) =>
        Assert.Contains("--budget", await CommandLine.RefusedAsync("report", "paper", "--data", ".", "--budget", minutes), StringComparison.Ordinal);
}
