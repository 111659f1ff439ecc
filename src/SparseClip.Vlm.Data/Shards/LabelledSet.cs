using System.Text.Json;

namespace SparseClip.Vlm.Data.Shards;

/// <summary>One labelled picture of an evaluation set.</summary>
/// <param name="Name">Member or file name.</param>
/// <param name="Label">What it shows.</param>
/// <param name="Entry">The catalogue's record where the set is a built data folder or one of its shards, else null.</param>
/// <param name="Location">Where its bytes lie.</param>
public sealed record LabelledPicture(string Name, string Label, CatalogueEntry? Entry, ShardLocation Location);

/// <summary>
/// Labelled pictures to evaluate on: a WebDataset tar whose JSON has a <c>label</c>, a built data folder, a folder of tars, a folder
/// with <c>labels.jsonl</c> (lines of {"file", "label"}), or a folder with one folder a label. Only names and places are kept in memory.
/// Thread-safe.
/// </summary>
public sealed class LabelledSet : IDisposable
{
    private readonly ShardReader reader;

    private LabelledSet(ShardReader reader, IReadOnlyList<LabelledPicture> pictures, int sidecars)
    {
        (this.reader, Pictures, Sidecars) = (reader, pictures, sidecars);
        Labels = [.. pictures.Select(p => p.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The pictures, in the order of the set.</summary>
    public IReadOnlyList<LabelledPicture> Pictures { get; }

    /// <summary>How many files were skipped because macOS puts them beside the real ones (<c>._x</c>, <c>.DS_Store</c>, <c>__MACOSX/</c>).</summary>
    public int Sidecars { get; }

    /// <summary>The distinct labels, sorted.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Opens a set.</summary>
    /// <param name="path">Tar or folder.</param>
    /// <param name="limit">At most so many pictures, spread evenly over the set; null for all.</param>
    /// <param name="filter">Which pictures belong to it; null for all.</param>
    /// <param name="cancellationToken">Stops between members.</param>
    /// <exception cref="ShardException">Nothing labelled is there, with what was looked for.</exception>
    public static LabelledSet Open(string path, int? limit = null, Func<LabelledPicture, bool>? filter = null, CancellationToken cancellationToken = default)
    {
        var (files, pictures, sidecars) = Find(path, cancellationToken);
        var chosen = pictures.Where(p => filter is null || filter(p)).ToList();
        if (chosen.Count == 0)
        {
            throw new ShardException(pictures.Count == 0
                ? $"{path}: no labelled picture found; expected a WebDataset tar with 'label' in its JSON members, a folder with labels.jsonl, or one folder a label."
                : $"{path}: none of its {pictures.Count} labelled pictures passes the filter.");
        }

        if (limit is { } most && most < chosen.Count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 1, nameof(limit));
            chosen = [.. Enumerable.Range(0, most).Select(i => chosen[(int)((long)i * chosen.Count / most)])];
        }

        return new LabelledSet(new ShardReader(files), chosen, sidecars);
    }

    /// <summary>The picture file's bytes.</summary>
    public byte[] Read(LabelledPicture picture) => reader.Read(picture.Location);

    /// <inheritdoc />
    public void Dispose() => reader.Dispose();

    private static (List<string> Files, List<LabelledPicture> Pictures, int Sidecars) Find(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            return FromTars([path], cancellationToken);
        }

        if (!Directory.Exists(path))
        {
            throw new ShardException($"{path}: no such file or folder.");
        }

        var shards = Path.Combine(path, "shards");
        var tars = Directory.GetFiles(Directory.Exists(shards) ? shards : path, "*.tar").Order(StringComparer.Ordinal).ToList();
        return tars.Count > 0 ? FromTars(tars, cancellationToken) : LabelledFolder.Find(path, cancellationToken);
    }

    private static (List<string> Files, List<LabelledPicture> Pictures, int Sidecars) FromTars(List<string> tars, CancellationToken cancellationToken)
    {
        var (pictures, sidecars) = (new List<LabelledPicture>(), 0);
        for (var file = 0; file < tars.Count; file++)
        {
            var (members, skipped) = TarScanner.Scan(tars[file], cancellationToken);
            sidecars += skipped;
            foreach (var member in members)
            {
                if (member.Json is { } json && Label(tars[file], member.Name, json) is { } labelled)
                {
                    pictures.Add(new LabelledPicture(member.Name, labelled.Label, labelled.Entry, new ShardLocation(file, member.Offset, member.Length)));
                }
            }
        }

        return (tars, pictures, sidecars);
    }

    private static (string Label, CatalogueEntry? Entry)? Label(string file, string member, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("label", out var label)
                || label.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(label.GetString()))
            {
                return null;
            }

            var isCatalogued = root.TryGetProperty("split", out _) && root.TryGetProperty("kind", out _) && root.TryGetProperty("key", out _);
            return (label.GetString()!.Trim(), isCatalogued ? root.Deserialize<CatalogueEntry>(CatalogueEntry.Json) : null);
        }
        catch (JsonException e)
        {
            throw new ShardException($"{file}: the JSON of member '{member}' cannot be read: {e.Message}", e);
        }
    }
}
