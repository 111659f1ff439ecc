using System.IO.Compression;
using System.Text;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>The rendered furniture of Sweet Home 3D: catalogues (.sh3f, zip archives) with a properties file that names every icon.</summary>
internal sealed class FurnitureSource : IPictureSource
{
    private static readonly PackageReference Furniture = PackageReference.Debian("sweethome3d-furniture");
    private const string Properties = "PluginFurnitureCatalog.properties";

    // A tag that names the collection, not the thing.
    private const string CollectionTag = "Blend Swap";

    public string Name => "sweethome3d";

    public string Artist => "home3d";

    public string Kind => "icon";

    public string Package => Furniture.Id;

    public IReadOnlyList<PackageReference> Packages { get; } = [Furniture];

    public string Fingerprint => "2";

    public OpenedSource Open(PackageFolders packages)
    {
        string folder = packages.Path(Furniture, "usr", "share", "sweethome3d", "furniture");
        var pictures = new List<SourcePicture>();
        foreach (string file in PackageFiles.List(folder, "*.sh3f", Furniture))
        {
            Read(file, pictures);
        }

        return OpenedSource.Of(pictures);
    }

    private static void Read(string file, List<SourcePicture> pictures)
    {
        using ZipArchive archive = ZipFile.OpenRead(file);
        ZipArchiveEntry entry = archive.GetEntry(Properties)
            ?? throw new DataBuildException($"'{file}' has no '{Properties}'. Delete the package's folder in the cache and run the command again.");
        using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
        Dictionary<string, string> values = ParseProperties(reader.ReadToEnd());
        string license = values.GetValueOrDefault("license", "").Contains("Public domain", StringComparison.OrdinalIgnoreCase) ? "CC0" : "CC-BY-3.0";
        string catalogue = Path.GetFileNameWithoutExtension(file);
        for (int i = 1; values.ContainsKey($"id#{i}"); i++)
        {
            if (!values.TryGetValue($"icon#{i}", out string? icon) || !values.TryGetValue($"name#{i}", out string? name))
            {
                continue;
            }

            string member = icon.TrimStart('/');
            pictures.Add(new SourcePicture
            {
                Item = $"{catalogue}/{Path.GetFileName(member)}",
                Label = name,
                Tags = [.. values.GetValueOrDefault($"tags#{i}", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(t => t != CollectionTag)],
                Category = values.GetValueOrDefault($"category#{i}", "Miscellaneous"),
                License = license,
                Treatment = PictureTreatment.TrimmedIcon,
                Read = () => ReadMember(file, member),
            });
        }
    }

    /// <summary>Java's properties format, as far as these catalogues use it: "key=value" lines, "#" comments, \uXXXX escapes.</summary>
    internal static Dictionary<string, string> ParseProperties(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] is not ('#' or '!'))
            {
                values[line[..equals].TrimEnd()] = Unescape(line[(equals + 1)..].TrimStart());
            }
        }

        return values;
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 5 < value.Length && value[i + 1] == 'u'
                && int.TryParse(value.AsSpan(i + 2, 4), System.Globalization.NumberStyles.HexNumber, null, out int code))
            {
                text.Append((char)code);
                i += 5;
            }
            else if (value[i] == '\\' && i + 1 < value.Length)
            {
                text.Append(value[++i]);
            }
            else
            {
                text.Append(value[i]);
            }
        }

        return text.ToString();
    }

    private static byte[] ReadMember(string file, string member)
    {
        // One archive object a call: they are not safe for use from several threads.
        using ZipArchive archive = ZipFile.OpenRead(file);
        ZipArchiveEntry entry = archive.GetEntry(member) ?? throw new FileNotFoundException($"'{member}' is not in '{Path.GetFileName(file)}'.");
        using Stream stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
