using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SparseClip.Vlm.Data.Building;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Sources;

namespace SparseClip.Vlm.Data.Tests.Shards;

/// <summary>Tars as other people's machines make them, and files that are none.</summary>
public sealed class TarSanityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tars-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Gnu)]
    public void What_macOS_puts_beside_the_members_is_skipped_and_counted(TarEntryFormat format)
    {
        var path = Tar(format, [.. Members(), ("._1.png", "\0\u0005\u0016\u0007"), ("._1.json", "\0\u0005\u0016\u0007"), ("__MACOSX/._2.json", "\0"), ("__MACOSX/2.png", "x"), (".DS_Store", "Bud1")]);
        using var set = LabelledSet.Open(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["1.png", "2.png"], set.Pictures.Select(picture => picture.Name));
        Assert.Equal(5, set.Sidecars);
        Assert.Equal(2, new PhotographTarSource(path).Open(new PackageFolders(new Dictionary<PackageReference, string>())).Pictures.Count());
    }

    [Fact]
    public void Beside_the_files_of_a_folder_it_is_skipped_too()
    {
        var label = Directory.CreateDirectory(Path.Combine(_folder, "set", "dog")).FullName;
        File.WriteAllText(Path.Combine(label, "1.png"), "one");
        File.WriteAllText(Path.Combine(label, "._1.png"), "\0");
        using var set = LabelledSet.Open(Path.Combine(_folder, "set"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Path.Combine("dog", "1.png"), Assert.Single(set.Pictures).Name);
        Assert.Equal(1, set.Sidecars);
    }

    [Fact]
    public void A_compressed_tar_is_refused_with_what_to_do()
    {
        var plain = File.ReadAllBytes(Tar(TarEntryFormat.Ustar, Members()));
        var path = Path.Combine(_folder, "set.tar");
        using (var zipped = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            zipped.Write(plain);
        }

        Assert.Contains("gunzip", Refused(path), StringComparison.Ordinal);
        Assert.Contains("gunzip", Assert.Throws<DataBuildException>(() => new PhotographTarSource(path).Open(new PackageFolders(new Dictionary<PackageReference, string>()))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("28b52ffd00000000", "Zstandard")]
    [InlineData("425a683931415926", "bzip2")]
    [InlineData("fd377a585a000004", "xz")]
    [InlineData("504b030414000000", "zip")]
    [InlineData("", "empty")]
    public void What_else_is_no_tar_is_named(string bytes, string told)
    {
        var path = Path.Combine(_folder, "other.tar");
        File.WriteAllBytes(path, [.. Convert.FromHexString(bytes), .. new byte[bytes.Length == 0 ? 0 : 2000]]);
        Assert.Contains(told, Refused(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_is_no_tar()
    {
        var path = Path.Combine(_folder, "text.tar");
        File.WriteAllText(path, new StringBuilder().Insert(0, "no tar at all\n", 100).ToString());
        Assert.Contains("not a readable tar", Refused(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tar_cut_off_anywhere_is_refused()
    {
        var path = Tar(TarEntryFormat.Ustar, Members());
        var whole = File.ReadAllBytes(path);
        foreach (var length in (int[])[100, 512, 700, 1024, 1500, 2048, 4096])
        {
            File.WriteAllBytes(path, whole[..length]);
            Refused(path);
        }
    }

    private static (string, string)[] Members() =>
        [("1.png", "one"), ("1.json", """{"label": "dog"}"""), ("2.png", "two"), ("2.json", """{"label": "cat"}""")];

    private string Refused(string path)
    {
        var message = Assert.Throws<ShardException>(() => LabelledSet.Open(path, cancellationToken: TestContext.Current.CancellationToken)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        return message;
    }

    private string Tar(TarEntryFormat format, (string Name, string Content)[] members)
    {
        var path = Path.Combine(_folder, "set.tar");
        using var tar = new TarWriter(File.Create(path), format);
        foreach (var (name, content) in members)
        {
            TarEntry entry = format switch
            {
                TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name, [new("LIBARCHIVE.xattr.com.apple.provenance", "AQIA")]),
                TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                _ => new UstarTarEntry(TarEntryType.RegularFile, name),
            };
            entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
            tar.WriteEntry(entry);
        }

        return path;
    }
}
