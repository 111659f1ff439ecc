using System.Text.Json;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Studies.Features;

namespace SparseClip.Vlm.Studies.Tests.Features;

public sealed class FeaturePagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("feature-pages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_page_holds_the_list_and_the_rest_lies_in_parts_beside_it()
    {
        const int count = FeaturePages.Chunk + 1;
        Feature[] features = [.. Enumerable.Range(0, count).Select(id => Of(id, id == 3 ? 0.2f : 0.95f))];
        var file = Path.Combine(_folder, "exemplars.bin");
        using (var writer = new ExemplarWriter(file, 64))
        {
            writer.Add("a picture"u8, new Exemplar("noto-dog", "dog", "noto", "noto", "Apache-2.0"));
            writer.Finish([.. features.Select(feature => feature.Id.Value == 0 ? new[] { 0 } : [])], new Dictionary<string, int[]>());
        }

        var page = Path.Combine(_folder, "page");
        using (var exemplars = ExemplarFile.Open(file, count))
        {
            FeaturePages.Write(page, "tiny </script>", features, exemplars, TestContext.Current.CancellationToken);
        }

        var index = Json(Path.Combine(page, "data", "index.js"), "window.featureIndex = ", ";");
        Assert.Equal(count, index.GetProperty("titles").GetArrayLength());
        Assert.Equal("word 0", index.GetProperty("titles")[0].GetString());
        Assert.Equal("unnamed (near: near 3)", index.GetProperty("titles")[3].GetString());
        Assert.Equal([0, -1], index.GetProperty("exemplar").EnumerateArray().Take(2).Select(number => number.GetInt32()));
        Assert.Equal(3, index.GetProperty("worst")[0].GetInt32());
        Assert.Equal([1, count - 1], index.GetProperty("confidence").EnumerateArray().Select(bin => bin.GetInt32()).Where(bin => bin > 0));
        var first = Json(Path.Combine(page, "data", "features-000.js"), "featurePage.details(0, ", ");");
        var second = Json(Path.Combine(page, "data", "features-001.js"), "featurePage.details(1, ", ");");
        Assert.Equal((FeaturePages.Chunk, 1), (first.GetArrayLength(), second.GetArrayLength()));
        Assert.Equal("Apache-2.0", first[0].GetProperty("exemplars")[0].GetProperty("license").GetString());
        Assert.Equal("a picture"u8.ToArray(), File.ReadAllBytes(Path.Combine(page, "exemplars", "0.webp")));
        Assert.All((string[])["index.html", "page.css", "page.js"], name => Assert.NotEqual(0, new FileInfo(Path.Combine(page, name)).Length));
        Assert.Empty(Directory.EnumerateFiles(page, "*.partial", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_page_asks_no_network_for_anything() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Written(), "*.*", SearchOption.TopDirectoryOnly).Select(File.ReadAllText),
        text => text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).Contains("://", StringComparison.Ordinal));

    private string Written()
    {
        var page = Path.Combine(_folder, "alone");
        FeaturePages.Write(page, "tiny", [Of(0, 0.95f)], null, TestContext.Current.CancellationToken);
        return page;
    }

    private static Feature Of(int id, float area) => new(new FeatureId(id), $"word {id}", [new FeatureWord("word", 1)], 2, 0.1f, 2, 2)
    {
        Evidence = new FeatureEvidence($"word {id}", NameBasis.Shown, area, 10, 100, NameOrigin.Found, [new NearWord($"near {id}", area, 0.5f)]),
    };

    private static JsonElement Json(string path, string before, string after)
    {
        var text = File.ReadAllText(path).TrimEnd();
        Assert.StartsWith(before, text, StringComparison.Ordinal);
        Assert.EndsWith(after, text, StringComparison.Ordinal);
        return JsonDocument.Parse(text[before.Length..^after.Length]).RootElement;
    }
}
