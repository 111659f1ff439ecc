using System.Text.Json;
using SparseClip.Vlm.Server.Access;

namespace SparseClip.Vlm.Cli.Tests.Keys;

public sealed class KeysCommandTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("sparseclip-keys-");

    public void Dispose() => _data.Delete(recursive: true);

    private string File => ApiKeyFile.In(_data.FullName);

    [Fact]
    public async Task A_key_is_shown_once_kept_as_a_hash_listed_and_revoked()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("keys", "create", "--name", "ada", "--scope", "read", "--scope", "teach", "--expires", "30", "--data", _data.FullName);
        Assert.True(exitCode == 0, error);
        var text = output.Trim();
        Assert.Matches("^sc-[A-Za-z0-9_-]{43}$", text);
        var kept = Assert.Single(ApiKeyFile.Read(File));
        Assert.Equal(("ada", ApiKeyText.HashOf(text)), (kept.Name, kept.Hash));
        Assert.Equal(["read", "teach"], kept.Scopes);
        Assert.Equal(TimeSpan.FromDays(30), kept.Expires - kept.Created);
        Assert.DoesNotContain(text[3..], await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var listed = JsonDocument.Parse((await CommandLine.RunAsync("keys", "list", "--data", _data.FullName, "--json")).Output).RootElement[0];
        Assert.Equal((kept.Id, true), (listed.GetProperty("id").GetString(), listed.GetProperty("holds").GetBoolean()));
        Assert.DoesNotContain(kept.Hash, listed.GetRawText(), StringComparison.Ordinal);

        (exitCode, output, _) = await CommandLine.RunAsync("keys", "revoke", kept.Id, "--data", _data.FullName);
        Assert.Equal((0, $"Key {kept.Id} of 'ada' is revoked."), (exitCode, output.Trim()));
        Assert.NotNull(Assert.Single(ApiKeyFile.Read(File)).Revoked);
        Assert.Contains("keys list", await CommandLine.RefusedAsync("keys", "revoke", "ada", "--data", _data.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_key_of_a_name_is_told()
    {
        await CommandLine.RunAsync("keys", "create", "--name", "ada", "--data", _data.FullName);
        var (_, _, error) = await CommandLine.RunAsync("keys", "create", "--name", "ada", "--data", _data.FullName);
        Assert.Contains("1 other key", error, StringComparison.Ordinal);
        Assert.All(ApiKeyFile.Read(File), key => Assert.Equal(ApiScope.Usual, key.Scopes));
    }

    [Fact]
    public async Task Names_scopes_and_days_that_cannot_be_are_refused()
    {
        Assert.Contains("letters", await CommandLine.RefusedAsync("keys", "create", "--name", "a b", "--data", _data.FullName), StringComparison.Ordinal);
        Assert.Contains("teach", await CommandLine.RefusedAsync("keys", "create", "--name", "a", "--scope", "write", "--data", _data.FullName), StringComparison.Ordinal);
        Assert.Contains("--expires", await CommandLine.RefusedAsync("keys", "create", "--name", "a", "--expires", "0", "--data", _data.FullName), StringComparison.Ordinal);
        Assert.Contains("--name", await CommandLine.RefusedAsync("keys", "create", "--data", _data.FullName), StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_server_for_others_without_a_key_is_told_in_one_line()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync(
            "serve", "--urls", "http://0.0.0.0:0", "--set", $"DataDirectory={_data.FullName}", "--set", $"ImageDirectory={_data.FullName}/images");
        Assert.Equal(2, exitCode);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("http://0.0.0.0:0", line, StringComparison.Ordinal);
        Assert.Contains("sparseclip keys create", line, StringComparison.Ordinal);
        Assert.Contains("RequireKeys=false", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }
}
