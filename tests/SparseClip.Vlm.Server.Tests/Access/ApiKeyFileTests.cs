using SparseClip.Vlm.Server.Access;

namespace SparseClip.Vlm.Server.Tests.Access;

/// <summary>How keys are kept.</summary>
public sealed class ApiKeyFileTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-keys-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File => ApiKeyFile.In(_folder.FullName);

    [Fact]
    public void Keys_are_read_as_they_were_written_and_nobody_else_may_read_them()
    {
        ApiKey[] keys = [Key("ada", "one"), Key("bob", "two") with { Expires = s_now, Revoked = s_now }];
        ApiKeyFile.Change(File, _ => keys);
        var read = ApiKeyFile.Read(File);
        Assert.Equal(keys.Select(key => key with { Scopes = [] }), read.Select(key => key with { Scopes = [] }));
        Assert.All(read, key => Assert.Equal([ApiScope.Read], key.Scopes));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }

        Assert.Equal([ApiKeyFile.Name], _folder.GetFiles().Select(file => file.Name));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"id":"1","name":"ada","hash":"short","scopes":["read"],"created":"2026-01-02T00:00:00Z"}""")]
    public void A_damaged_line_is_told_by_its_number(string line)
    {
        ApiKeyFile.Change(File, _ => [Key("ada", "one")]);
        System.IO.File.AppendAllText(File, line + "\n");
        var error = Assert.Throws<ApiKeyFileException>(() => ApiKeyFile.Read(File));
        Assert.Contains("Line 2 of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_found_by_its_whole_text_alone()
    {
        var (one, two) = (Key("ada", "one"), Key("bob", "two"));
        Assert.Equal(two, ApiKeyText.Find("two", [one, two]));
        Assert.Null(ApiKeyText.Find("tw", [one, two]));
        Assert.Null(ApiKeyText.Find("", [one, two]));
        Assert.Null(ApiKeyText.Find(two.Hash, [one, two]));
        Assert.Equal(46, ApiKeyText.Draw().Length);
        Assert.NotEqual(ApiKeyText.Draw(), ApiKeyText.Draw());
    }

    [Fact]
    public void A_key_holds_until_it_expires_or_is_revoked()
    {
        var key = Key("ada", "one");
        Assert.True(key.HoldsAt(s_now));
        Assert.True((key with { Expires = s_now.AddTicks(1) }).HoldsAt(s_now));
        Assert.False((key with { Expires = s_now }).HoldsAt(s_now));
        Assert.False((key with { Revoked = s_now.AddDays(-1) }).HoldsAt(s_now));
    }

    private static ApiKey Key(string name, string text) => new(name + "-id", name, ApiKeyText.HashOf(text), [ApiScope.Read], s_now);
}
