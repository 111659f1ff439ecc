using System.Formats.Tar;
using System.Text.Json;
using NetVips;
using SparseClip.Vlm.Data.Building;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Sources;

namespace SparseClip.Vlm.Data.Tests.Building;

public sealed class DataBuilderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_picture_is_a_member_with_its_record_and_a_line_of_the_catalogue()
    {
        DataBuildResult result = await BuildAsync(Options());

        Assert.Equal(new Dictionary<string, int> { ["noto"] = 2, ["openmoji"] = 2, ["game-icons"] = 2 }, result.Pictures);
        List<CatalogueEntry> catalogue = Catalogue();
        Assert.Equal(["noto-dog-face", "noto-car", "openmoji-dog-face-1", "openmoji-auto", "game-icons-crossed-bones", "game-icons-scythe"], catalogue.Select(e => e.Key));
        foreach (CatalogueEntry entry in catalogue)
        {
            Dictionary<string, byte[]> members = Members(entry.Shard);
            using Image picture = Image.NewFromBuffer(members[entry.Key + ".png"]);
            Assert.Equal(160, Math.Max(picture.Width, picture.Height));
            Assert.Equal(4, picture.Bands);
            Assert.Equivalent(entry, JsonSerializer.Deserialize<CatalogueEntry>(members[entry.Key + ".json"], CatalogueEntry.Json));
        }
    }

    [Fact]
    public async Task Emoji_have_the_names_tags_and_concreteness_of_their_characters()
    {
        await BuildAsync(Options());

        CatalogueEntry dog = Catalogue()[0];
        Assert.Equal("dog face", dog.Label);
        Assert.Equal(["cute", "dog face", "pet", "puppy"], dog.Tags);
        Assert.Equal("Animals & Nature", dog.Category);
        Assert.Equal("1f436", dog.Concept);
        Assert.False(dog.Concrete); // "face" is no noun of the tiny WordNet
        CatalogueEntry car = Catalogue()[1];
        Assert.Equal(("car", "1f697", true), (car.Label, car.Concept, car.Concrete));
        Assert.Equal(("noto", "iconify-json-noto-1.2.9", "Apache-2.0", "train"), (car.Artist, car.Package, car.License, car.Split));
        Assert.All(Catalogue().Where(e => e.Source == "openmoji"), e => Assert.Equal("validation", e.Split));
    }

    [Fact]
    public async Task An_icon_without_anything_visible_is_skipped_counted_and_listed()
    {
        DataBuildResult result = await BuildAsync(Options());

        Assert.Equal(1, result.Skipped);
        string line = Assert.Single(File.ReadAllLines(folder.File("skipped.jsonl")));
        Assert.Contains("\"item\":\"blank\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WordNet_is_copied() => Assert.True((await BuildAsync(Options())) is not null && File.Exists(folder.File("wordnet", "data.noun")));

    [Fact]
    public async Task A_finished_source_is_left_as_it_is()
    {
        await BuildAsync(Options());
        var marker = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(folder.File("shards", "noto-0000.tar"), marker);
        var reports = new Reports();

        await BuildAsync(Options(), reports);

        Assert.Equal(marker, File.GetLastWriteTimeUtc(folder.File("shards", "noto-0000.tar")));
        Assert.All(reports.Seen, r => Assert.Equal(DataBuildStage.AlreadyThere, r.Stage));
    }

    [Fact]
    public async Task Another_size_builds_the_icons_again()
    {
        await BuildAsync(Options());
        await BuildAsync(Options() with { Size = 64 });

        using Image picture = Image.NewFromBuffer(Members("noto-0000.tar")["noto-dog-face.png"]);
        Assert.Equal(64, picture.Width);
    }

    [Fact]
    public async Task A_build_that_was_broken_off_goes_on_and_ends_with_the_same_bytes()
    {
        using var whole = new TemporaryFolder();
        await BuildAsync(Options() with { Directory = whole.Path });
        using var cancel = new CancellationTokenSource();
        var reports = new Reports { OnReport = r => { if (r is { Source: "openmoji", Stage: DataBuildStage.Fetching }) { cancel.Cancel(); } } };
        DataFixtures.FillCache(folder.Path);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DataBuilder.BuildAsync(Options(), reports, cancel.Token));
        Assert.False(File.Exists(folder.File("catalogue.jsonl")));
        Assert.Empty(Directory.GetFiles(folder.File("shards"), "*.partial"));
        await BuildAsync(Options());

        foreach (string file in Directory.GetFiles(whole.File("shards")).Append(whole.File("catalogue.jsonl")))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(folder.File(Path.GetRelativePath(whole.Path, file))));
        }
    }

    [Theory]
    [InlineData(8, 2)]
    [InlineData(160, 0)]
    public async Task Options_out_of_range_are_refused(int size, int parallelism) =>
        await Assert.ThrowsAsync<DataBuildException>(() => BuildAsync(Options() with { Size = size, Parallelism = parallelism }));

    private DataBuildOptions Options() => new(folder.Path) { Sources = ["game-icons", "openmoji", "noto"] };

    private static Task<DataBuildResult> BuildAsync(DataBuildOptions options, IProgress<DataBuildProgress>? progress = null)
    {
        DataFixtures.FillCache(options.Directory);
        return DataBuilder.BuildAsync(options, progress, TestContext.Current.CancellationToken);
    }

    private List<CatalogueEntry> Catalogue() =>
        [.. File.ReadLines(folder.File("catalogue.jsonl")).Select(l => JsonSerializer.Deserialize<CatalogueEntry>(l, CatalogueEntry.Json)!)];

    private Dictionary<string, byte[]> Members(string shard)
    {
        var members = new Dictionary<string, byte[]>();
        using FileStream stream = File.OpenRead(folder.File("shards", shard));
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            using var bytes = new MemoryStream();
            entry.DataStream!.CopyTo(bytes);
            members[entry.Name] = bytes.ToArray();
        }

        return members;
    }

    private sealed class Reports : IProgress<DataBuildProgress>
    {
        public List<DataBuildProgress> Seen { get; } = [];

        public Action<DataBuildProgress>? OnReport { get; init; }

        public void Report(DataBuildProgress value)
        {
            Seen.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
