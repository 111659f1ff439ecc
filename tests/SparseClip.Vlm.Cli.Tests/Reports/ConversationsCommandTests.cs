using SparseClip.Vlm.Inference.Tests.Pipeline;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Reports;

public sealed class ConversationsCommandTests(TinyBundle bundle)
{
    [Fact]
    public async Task A_photograph_an_icon_and_a_scene_are_talked_about_in_the_same_words_each_time()
    {
        using var data = new TinyDataFolder();
        using var folder = new TemporaryFolder();
        var (first, second) = (await WriteAsync("first.md"), await WriteAsync("second.md"));

        Assert.Equal(first, second);
        var titles = first.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, titles.Count);
        Assert.StartsWith("## 1: a photograph of a photo", titles[0], StringComparison.Ordinal);
        Assert.StartsWith("## 2: an icon of a thing", titles[1], StringComparison.Ordinal);
        Assert.Matches("^## 3: a scene of a thing.* and a thing", titles[2]);
        Assert.Equal(3, first.Split("taken out and").Length - 1);

        async Task<string> WriteAsync(string name)
        {
            var (code, _, error) = await CommandLine.RunAsync("report", "conversations", "--model", bundle.Folder, "--data", data.Path, "--count", "3", "--out", folder.File(name));
            Assert.True(code == 0, error);
            return await File.ReadAllTextAsync(folder.File(name), TestContext.Current.CancellationToken);
        }
    }
}
