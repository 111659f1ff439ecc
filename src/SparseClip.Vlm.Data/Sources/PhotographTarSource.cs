using System.Formats.Tar;
using System.Text.Json;
using SparseClip.Vlm.Data.Building;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>
/// Labelled photographs in a WebDataset tar: a picture member (<c>key.jpg</c>, <c>.jpeg</c>, <c>.png</c> or <c>.webp</c>) and a JSON member
/// with "label", and optionally "source", "license", "kids", "kind" and "group", one after the other.
/// </summary>
public sealed class PhotographTarSource : IPictureSource
{
    private static readonly string[] Extensions = ["jpg", "jpeg", "png", "webp"];
    private readonly string file;

    /// <param name="file">The tar.</param>
    /// <exception cref="DataBuildException">There is no such file.</exception>
    public PhotographTarSource(string file)
    {
        if (!File.Exists(file))
        {
            throw new DataBuildException($"The photograph tar '{file}' is not there. Name an existing WebDataset tar, or leave it out.");
        }

        this.file = file;
        Name = Path.GetFileNameWithoutExtension(file);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public string Artist => Name;

    /// <inheritdoc />
    public string Kind => "photo";

    /// <inheritdoc />
    public string Package => Path.GetFileName(file);

    /// <inheritdoc />
    public IReadOnlyList<PackageReference> Packages { get; } = [];

    /// <inheritdoc />
    public string Fingerprint => $"1 {new FileInfo(file).Length}";

    /// <inheritdoc />
    public OpenedSource Open(PackageFolders packages)
    {
        int count = 0;
        foreach (string name in Members().Select(m => m.Name))
        {
            count += name.EndsWith(".json", StringComparison.Ordinal) ? 1 : 0;
        }

        if (count == 0)
        {
            throw new DataBuildException($"'{file}' has no .json members. It must be a WebDataset tar: key.jpg and key.json with a \"label\" for every photograph.");
        }

        return new OpenedSource(count, Pictures());
    }

    private IEnumerable<SourcePicture> Pictures()
    {
        string? key = null, extension = null;
        byte[]? picture = null, json = null;
        foreach ((string name, Func<byte[]> read) in Members())
        {
            // WebDataset: the key ends at the first dot of the file name.
            int slash = name.LastIndexOf('/');
            int dot = name.IndexOf('.', slash + 1);
            if (dot < 0)
            {
                continue;
            }

            if (name[..dot] != key)
            {
                key = name[..dot];
                picture = json = null;
            }

            string suffix = name[(dot + 1)..].ToLowerInvariant();
            if (suffix == "json")
            {
                json = read();
            }
            else if (Extensions.Contains(suffix))
            {
                picture = read();
                extension = suffix == "jpeg" ? "jpg" : suffix;
            }

            if (picture is not null && json is not null)
            {
                yield return Picture(key, extension!, picture, json);
                picture = json = null;
            }
        }
    }

    private SourcePicture Picture(string key, string extension, byte[] picture, byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            string? text(string name) => root.TryGetProperty(name, out JsonElement v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
            if (string.IsNullOrWhiteSpace(text("label")))
            {
                return Unusable(key, extension, "its JSON member has no \"label\"");
            }

            return new SourcePicture
            {
                Item = $"{key}.{extension}",
                Label = text("label")!,
                Category = text("group") ?? "photograph",
                Concrete = true,
                License = text("license") ?? "unknown",
                Split = PhotographSplit.Of(text("source") ?? Name, key),
                Treatment = PictureTreatment.Photograph,
                Extension = extension,
                Kids = root.TryGetProperty("kids", out JsonElement kids) && kids.ValueKind is JsonValueKind.True or JsonValueKind.False ? kids.GetBoolean() : null,
                PhotoKind = text("kind"),
                Group = text("group"),
                Read = () => picture,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Unusable(key, extension, $"its JSON member cannot be read: {error.Message}");
        }
    }

    private static SourcePicture Unusable(string key, string extension, string reason) => new()
    {
        Item = $"{key}.{extension}",
        Label = "",
        Category = "photograph",
        License = "unknown",
        Treatment = PictureTreatment.Photograph,
        Extension = extension,
        Read = () => throw new UnusablePictureException(reason),
    };

    private IEnumerable<(string Name, Func<byte[]> Read)> Members()
    {
        using FileStream stream = File.OpenRead(file);
        if (TarSanity.Problem(stream) is { } problem)
        {
            throw new DataBuildException($"'{file}': {problem}.");
        }

        using var tar = new TarReader(stream);
        var end = 0L;
        while (Next(tar) is { } entry)
        {
            end = entry.DataOffset + entry.Length;
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && !TarSanity.IsSidecar(entry.Name) && entry.DataStream is { } data)
            {
                yield return (entry.Name, () => Copied(data));
            }
        }

        if (stream.Length < end + TarSanity.Block)
        {
            throw new DataBuildException($"'{file}' is cut off: the end mark of a tar is missing. Get it again.");
        }
    }

    private static byte[] Copied(Stream data)
    {
        using var bytes = new MemoryStream();
        data.CopyTo(bytes);
        return bytes.ToArray();
    }

    private TarEntry? Next(TarReader tar)
    {
        try
        {
            return tar.GetNextEntry();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw new DataBuildException($"'{file}' is no tar or is cut off ({error.Message}). Get it again.", error);
        }
    }
}
