using System.Formats.Tar;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Data.Tests.Shards;

public sealed class ShardTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("shards").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Reads_by_offset_give_the_bytes_that_were_written_from_many_threads()
    {
        using var data = new TinyDataFolder();
        using var index = ShardIndex.Open(data.Path, TestContext.Current.CancellationToken);

        Assert.Equal((4 * TinyDataFolder.Labels) + 43, index.Items.Count);
        Parallel.ForEach(index.Items.Where(i => i.IsIcon), item =>
            Assert.Equal(TinyDataFolder.Icon(int.Parse(item.Entry.Item[4..])), index.Read(item)));
    }

    [Fact]
    public void A_plain_tar_of_labelled_pictures_is_a_set_whatever_the_order_of_its_members()
    {
        var path = Tar("plain.tar", ("2.json", """{"label": "cat"}"""), ("1.jpg", "one"), ("1.json", """{"label": " dog ", "source": "x"}"""), ("2.jpg", "two"), ("3.jpg", "unlabelled"));
        using var set = LabelledSet.Open(path, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([("1.jpg", "dog"), ("2.jpg", "cat")], set.Pictures.Select(p => (p.Name, p.Label)));
        Assert.Equal(["cat", "dog"], set.Labels);
        Assert.Equal("two"u8.ToArray(), set.Read(set.Pictures[1]));
    }

    [Fact]
    public void Folders_are_sets_by_folder_name_or_by_list()
    {
        Directory.CreateDirectory(Path.Combine(folder, "set", "garden_gnome"));
        File.WriteAllText(Path.Combine(folder, "set", "garden_gnome", "a.png"), "a");
        using (var byName = LabelledSet.Open(Path.Combine(folder, "set"), cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal("garden gnome", Assert.Single(byName.Pictures).Label);
        }

        File.WriteAllText(Path.Combine(folder, "set", "labels.jsonl"), """{"file": "garden_gnome/a.png", "label": "gnome"}""");
        using var byList = LabelledSet.Open(Path.Combine(folder, "set"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("gnome", Assert.Single(byList.Pictures).Label);
        Assert.Equal("a"u8.ToArray(), byList.Read(byList.Pictures[0]));
    }

    [Fact]
    public void A_limit_spreads_over_the_set_and_a_filter_chooses()
    {
        using var data = new TinyDataFolder();
        using var set = LabelledSet.Open(data.Path, limit: 10, filter: p => p.Entry?.Source == "openmoji", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(10, set.Labels.Count);
        Assert.All(set.Pictures, p => Assert.Equal("openmoji", p.Entry!.Source));
    }

    [Theory]
    [InlineData("absent.tar", "no such file or folder")]
    [InlineData("text.tar", "not a readable tar")]
    [InlineData("nothing.tar", "no labelled picture")]
    [InlineData("badjson.tar", "member '1.jpg'")]
    [InlineData("list", "line 2")]
    public void What_cannot_be_a_set_is_refused_with_file_and_place(string name, string reason)
    {
        File.WriteAllText(Path.Combine(folder, "text.tar"), new string('x', 2000));
        Tar("nothing.tar", ("1.jpg", "one"));
        Tar("badjson.tar", ("1.jpg", "one"), ("1.json", """{"label": """));
        Directory.CreateDirectory(Path.Combine(folder, "list"));
        File.WriteAllText(Path.Combine(folder, "list", "a.png"), "a");
        File.WriteAllText(Path.Combine(folder, "list", "labels.jsonl"), "{\"file\": \"a.png\", \"label\": \"a\"}\n{\"file\": \"b.png\"}\n");

        var error = Assert.Throws<ShardException>(() => LabelledSet.Open(Path.Combine(folder, name), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains(reason, error.Message);
        Assert.Contains(name, error.Message);
    }

    [Fact]
    public void A_tar_that_is_cut_off_is_refused()
    {
        var path = Tar("cut.tar", ("1.jpg", new string('x', 3000)), ("1.json", """{"label": "dog"}"""));
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(2048);
        }

        Assert.Contains("cut.tar", Assert.Throws<ShardException>(() => LabelledSet.Open(path, cancellationToken: TestContext.Current.CancellationToken)).Message);
    }

    private string Tar(string name, params (string Name, string Text)[] members)
    {
        var path = Path.Combine(folder, name);
        using var tar = new TarWriter(File.Create(path), TarEntryFormat.Ustar);
        foreach (var (member, text) in members)
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, member) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) });
        }

        return path;
    }
}
