using System.Text.Json;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Data.Shards;

/// <summary>One picture of the data folder and where its bytes lie.</summary>
public sealed record ShardItem(CatalogueEntry Entry, ShardLocation Location)
{
    /// <summary>Whether it is drawn.</summary>
    public bool IsIcon => Entry.Kind == "icon";

    /// <summary>Whether it is a labelled photograph.</summary>
    public bool IsPhoto => Entry.Kind == "photo";

    /// <summary>Whether it is a photograph that others are put on.</summary>
    public bool IsBackground => Entry.Kind == "background";
}

/// <summary>
/// Every picture of a built data folder, in memory: the tars under <c>shards/</c> are walked once, header by header. Items stand in
/// the order of the shards' names and of their members, so that positions are stable. Thread-safe after opening.
/// </summary>
public sealed class ShardIndex : IDisposable
{
    private readonly ShardReader reader;

    private ShardIndex(ShardReader reader, IReadOnlyList<ShardItem> items) => (this.reader, Items) = (reader, items);

    /// <summary>The pictures.</summary>
    public IReadOnlyList<ShardItem> Items { get; }

    /// <summary>Opens DIR (with a folder <c>shards</c>), or a folder of tars.</summary>
    /// <exception cref="ShardException">No shard there, or one that cannot be read.</exception>
    public static ShardIndex Open(string directory, CancellationToken cancellationToken = default)
    {
        var shards = Path.Combine(directory, "shards");
        var folder = Directory.Exists(shards) ? shards : directory;
        if (!Directory.Exists(folder))
        {
            throw new ShardException($"{directory}: no such folder; make it with 'sparseclip data build --out {directory}'.");
        }

        var files = Directory.GetFiles(folder, "*.tar");
        Array.Sort(files, StringComparer.Ordinal);
        if (files.Length == 0)
        {
            throw new ShardException($"{folder}: holds no shard (*.tar); make them with 'sparseclip data build --out {directory}'.");
        }

        var items = new List<ShardItem>();
        for (var file = 0; file < files.Length; file++)
        {
            foreach (var member in TarScanner.Scan(files[file], cancellationToken).Pictures)
            {
                items.Add(new ShardItem(Parse(files[file], member), new ShardLocation(file, member.Offset, member.Length)));
            }
        }

        return new ShardIndex(new ShardReader(files), items);
    }

    /// <summary>The picture file's bytes.</summary>
    public byte[] Read(ShardItem item) => reader.Read(item.Location);

    /// <summary>"shard.tar: key", for messages.</summary>
    public string Describe(ShardItem item) => $"{reader.Files[item.Location.File]}: {item.Entry.Key}";

    /// <inheritdoc />
    public void Dispose() => reader.Dispose();

    private static CatalogueEntry Parse(string file, ShardMember member)
    {
        if (member.Json is null)
        {
            throw new ShardException($"{file}: member '{member.Name}' has no JSON beside it; build the folder again, or give the tar as a labelled set.");
        }

        try
        {
            var entry = JsonSerializer.Deserialize<CatalogueEntry>(member.Json, CatalogueEntry.Json);
            if (entry is { Kind: not null, Source: not null, Label: not null, Split: not null })
            {
                return entry with { Tags = entry.Tags ?? [] };
            }
        }
        catch (JsonException e)
        {
            throw new ShardException($"{file}: the JSON of member '{member.Name}' cannot be read: {JsonFault.Of(e)}.", e);
        }

        throw new ShardException($"{file}: the JSON of member '{member.Name}' lacks kind, source, label or split; is it a shard made by 'sparseclip data build'?");
    }
}
