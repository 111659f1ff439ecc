using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using NetVips;
using SparseClip.Vlm.Data.Building;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Sources;
using SparseClip.Vlm.Data.Splits;

namespace SparseClip.Vlm.Data.Tests.Building;

public sealed class PhotographTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Photographs_keep_their_bytes_and_their_labels()
    {
        byte[] jpeg = Jpeg();
        WriteTar(("000001.jpg", jpeg), ("000001.json", """{ "label": "apple", "kind": "fuji", "group": "fruit", "kids": false, "source": "shop", "license": "MIT" }"""u8.ToArray()));

        await BuildAsync();

        CatalogueEntry entry = Assert.Single(Catalogue());
        Assert.Equal(("shop-000001", "photo", "shop", "000001.jpg", "apple", "MIT"), (entry.Key, entry.Kind, entry.Source, entry.Item, entry.Label, entry.License));
        Assert.Equal(("fuji", "fruit", false), (entry.PhotoKind, entry.Group, entry.Kids));
        using FileStream stream = File.OpenRead(folder.File("data", "shards", entry.Shard));
        using var tar = new TarReader(stream);
        TarEntry member = tar.GetNextEntry()!;
        using var bytes = new MemoryStream();
        member.DataStream!.CopyTo(bytes);
        Assert.Equal("shop-000001.jpg", member.Name);
        Assert.Equal(jpeg, bytes.ToArray());
    }

    [Fact]
    public async Task Bad_photographs_are_skipped_and_the_others_kept()
    {
        byte[] jpeg = Jpeg(), label = """{ "label": "apple" }"""u8.ToArray();
        WriteTar(
            ("a.jpg", jpeg), ("a.json", label),
            ("b.jpg", jpeg[..(jpeg.Length / 2)]), ("b.json", label),
            ("c.jpg", Encoding.UTF8.GetBytes("text")), ("c.json", label),
            ("d.jpg", jpeg), ("d.json", "{}"u8.ToArray()),
            ("e.jpg", jpeg), ("e.json", "{"u8.ToArray()),
            ("f.jpg", jpeg), ("f.json", label));

        DataBuildResult result = await BuildAsync();

        Assert.Equal((2, 4), (result.Pictures["shop"], result.Skipped));
        Assert.Equal(["shop-a", "shop-f"], Catalogue().Select(e => e.Key));
    }

    [Fact]
    public async Task A_file_that_is_no_tar_is_refused_by_name()
    {
        File.WriteAllText(folder.File("shop.tar"), new string('x', 2000));

        var error = await Assert.ThrowsAsync<DataBuildException>(BuildAsync);

        Assert.Contains("shop.tar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_sources_are_cut_into_shards()
    {
        byte[] jpeg = [.. Jpeg(), .. new byte[30_000]];
        WriteTar([.. Enumerable.Range(0, 8).SelectMany(i => new[] { ($"{i}.jpg", jpeg), ($"{i}.json", """{ "label": "apple" }"""u8.ToArray()) })]);

        await BuildAsync();

        // Two photographs of a good 32,768 bytes fill a shard of 65,536.
        Assert.Equal(["shop-0000.tar", "shop-0001.tar", "shop-0002.tar", "shop-0003.tar"], Directory.GetFiles(folder.File("data", "shards")).Select(Path.GetFileName).Order());
        Assert.Equal(4, Catalogue().Select(e => e.Shard).Distinct().Count());
    }

    [Fact]
    public void The_split_is_a_stable_tenth()
    {
        Assert.Equal(0x811C9DC5u, StableHash.Fnv1a(""));
        Assert.Equal(0xBF9CF968u, StableHash.Fnv1a("foobar"));
        int heldOut = Enumerable.Range(1, 10_000).Count(i => PhotographSplit.Of("shop", $"{i:000000}") == "heldout");
        Assert.InRange(heldOut, 900, 1100);
    }

    [Fact]
    public void Keys_are_safe_file_names_and_each_comes_once()
    {
        var keys = new PictureKeys("home");

        Assert.Equal("home-a_b_sofa", keys.Next("a b/sofa.png"));
        Assert.Equal("home-a_b_sofa_2", keys.Next("a.b/sofa.png"));
        Assert.InRange(keys.Next(new string('x', 300)).Length, 1, 90);
    }

    private Task<DataBuildResult> BuildAsync()
    {
        string data = folder.File("data");
        DataFixtures.FillCache(data);
        var options = new DataBuildOptions(data) { Sources = [], PhotographTars = [folder.File("shop.tar")], ShardBytes = 1 << 16 };
        return DataBuilder.BuildAsync(options, null, TestContext.Current.CancellationToken);
    }

    private List<CatalogueEntry> Catalogue() =>
        [.. File.ReadLines(folder.File("data", "catalogue.jsonl")).Select(l => JsonSerializer.Deserialize<CatalogueEntry>(l, CatalogueEntry.Json)!)];

    private void WriteTar(params (string Name, byte[] Bytes)[] members)
    {
        using FileStream stream = File.Create(folder.File("shop.tar"));
        using var tar = new TarWriter(stream);
        foreach ((string name, byte[] bytes) in members)
        {
            using var data = new MemoryStream(bytes);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
        }
    }

    private static byte[] Jpeg()
    {
        using Image noise = Image.Gaussnoise(64, 48, mean: 128, sigma: 40);
        using Image bytes = noise.Cast(Enums.BandFormat.Uchar);
        return bytes.JpegsaveBuffer(q: 82);
    }
}
