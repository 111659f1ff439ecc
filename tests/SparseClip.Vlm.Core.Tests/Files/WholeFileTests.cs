using SparseClip.Vlm.Core.Files;

namespace SparseClip.Vlm.Core.Tests.Files;

public sealed class WholeFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-whole-");

    private string Place => Path.Combine(_folder.FullName, "a.txt");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_fails_half_way_leaves_what_was_there_and_nothing_beside()
    {
        WholeFile.Write(Place, beside => File.WriteAllText(beside, "old"));
        Assert.Throws<IOException>(() => WholeFile.Write(Place, beside =>
        {
            File.WriteAllText(beside, "ne");
            throw new IOException("no room");
        }));
        await Assert.ThrowsAsync<OperationCanceledException>(() => WholeFile.WriteAsync(Place, async beside =>
        {
            await File.WriteAllTextAsync(beside, "ne", TestContext.Current.CancellationToken);
            throw new OperationCanceledException();
        }));
        Assert.Equal("old", await File.ReadAllTextAsync(Place, TestContext.Current.CancellationToken));
        Assert.Equal(["a.txt"], _folder.GetFiles().Select(file => file.Name));

        await WholeFile.WriteAsync(Place, beside => File.WriteAllTextAsync(beside, "new", TestContext.Current.CancellationToken), own: ".1");
        Assert.Equal("new", await File.ReadAllTextAsync(Place, TestContext.Current.CancellationToken));
        Assert.Equal(["a.txt"], _folder.GetFiles().Select(file => file.Name));
    }
}
