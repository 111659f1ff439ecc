using SparseClip.Vlm.Cli.Serve;

namespace SparseClip.Vlm.Cli.Tests.Serve;

/// <summary>What <c>serve</c> says about bad arguments, at once.</summary>
public class ServeCommandTests
{
    [Theory]
    [InlineData("http://localhost:99999")]
    [InlineData("http://localhost:-1")]
    [InlineData("http://localhost:http")]
    [InlineData("http://")]
    [InlineData("localhost:5080")]
    [InlineData("ftp://localhost:21")]
    [InlineData("http://localhost:5080/path")]
    [InlineData("http://localhost:0")]
    [InlineData("http://localhost:5080;nonsense")]
    [InlineData("")]
    [InlineData(";")]
    public void An_address_that_cannot_be_listened_at_is_refused(string urls) => Assert.NotNull(ListenAddresses.Problem(urls));

    [Theory]
    [InlineData("http://localhost:5080")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://*:8080;http://[::1]:8081")]
    [InlineData("http://[::1]")]
    [InlineData("http://+")]
    [InlineData("https://localhost:5443/")]
    [InlineData("http://unix:/tmp/sparseclip.sock")]
    public void Others_are_taken(string urls) => Assert.Null(ListenAddresses.Problem(urls));

    [Theory]
    [InlineData("Nonsense=3", "there is no setting 'Nonsense'; there are ModelDirectory, ImageDirectory, ")]
    [InlineData("MaxAnswers", "NAME=VALUE")]
    [InlineData("=3", "NAME=VALUE")]
    [InlineData("MaxAnswers=", "no number was given")]
    [InlineData("MaxAnswers=many", "'many' is no number")]
    [InlineData("MaxAnswers=1,000", "write 1000")]
    [InlineData("MaxAnswers=0", "between 1 and 10000")]
    [InlineData("ImageDirectory=", "ImageDirectory is missing")]
    public void A_setting_that_the_server_has_not_or_cannot_have_is_refused(string setting, string told) =>
        Assert.Contains(told, SettingArgument.Problem(setting), StringComparison.Ordinal);

    [Theory]
    [InlineData("maxanswers=8")]
    [InlineData("ImageDirectory=/tmp/a=b")]
    public void Settings_of_the_server_are_taken(string setting) => Assert.Null(SettingArgument.Problem(setting));

    [Fact]
    public async Task Both_are_checked_before_the_server_starts()
    {
        Assert.Contains("99999", await CommandLine.RefusedAsync("serve", "--urls", "http://localhost:99999"), StringComparison.Ordinal);
        Assert.Contains("Nonsense", await CommandLine.RefusedAsync("serve", "--set", "Nonsense=3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_folder_that_cannot_be_written_is_told_in_one_line()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("serve", "--urls", "http://127.0.0.1:0", "--set", "ImageDirectory=/etc/hostname/img");
        Assert.Equal(2, exitCode);
        Assert.Contains("/etc/hostname/img", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }
}
