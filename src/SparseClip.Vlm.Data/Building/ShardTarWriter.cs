using System.Formats.Tar;
using System.Text.Json;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Data.Building;

/// <summary>
/// Writes WebDataset shards <c>prefix-0000.tar</c>, <c>prefix-0001.tar</c>, ...: for every picture the member <c>key.png</c> or
/// <c>key.jpg</c>, then <c>key.json</c>. Shards are written beside their places and renamed together by <see cref="Complete"/>, which also
/// deletes the older shards of the prefix that are no longer used. Same pictures, same bytes.
/// Not safe for use from several threads.
/// </summary>
public sealed class ShardTarWriter : IDisposable
{
    private readonly string directory;
    private readonly string prefix;
    private readonly long shardBytes;
    private readonly List<string> shards = [];
    private FileStream? stream;
    private TarWriter? tar;
    private bool completed;

    /// <param name="directory">Folder of the shards; made if it is missing.</param>
    /// <param name="prefix">First part of the file names.</param>
    /// <param name="shardBytes">Size after which the next shard is begun.</param>
    public ShardTarWriter(string directory, string prefix, long shardBytes)
    {
        this.directory = directory;
        this.prefix = prefix;
        this.shardBytes = shardBytes;
        Directory.CreateDirectory(directory);
    }

    /// <summary>File names of the shards so far, the one being written included.</summary>
    public IReadOnlyList<string> Shards => shards;

    /// <summary>Appends one picture. Returns its record with the shard filled in.</summary>
    /// <param name="entry">The record; its Shard is replaced.</param>
    /// <param name="picture">The picture file.</param>
    /// <param name="extension">"png", "jpg" or "webp".</param>
    public CatalogueEntry Write(CatalogueEntry entry, byte[] picture, string extension)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(picture);
        if (stream is null || stream.Position >= shardBytes)
        {
            CloseShard();
            shards.Add($"{prefix}-{shards.Count:0000}.tar");
            stream = File.Create(Place(shards[^1]) + ".partial");
            tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        }

        entry = entry with { Shard = shards[^1] };
        Append($"{entry.Key}.{extension}", picture);
        Append($"{entry.Key}.json", JsonSerializer.SerializeToUtf8Bytes(entry, CatalogueEntry.Json));
        return entry;
    }

    /// <summary>Closes the last shard and puts all of them in their places.</summary>
    public void Complete()
    {
        CloseShard();
        foreach (string shard in shards)
        {
            File.Move(Place(shard) + ".partial", Place(shard), overwrite: true);
        }

        // Of an earlier build that had more shards, or was killed.
        foreach (string old in Directory.GetFiles(directory, $"{prefix}-????.tar*").Where(f => !shards.Contains(Path.GetFileName(f))))
        {
            File.Delete(old);
        }

        completed = true;
    }

    /// <summary>Drops what was not completed.</summary>
    public void Dispose()
    {
        CloseShard();
        if (!completed)
        {
            foreach (string shard in shards)
            {
                File.Delete(Place(shard) + ".partial");
            }
        }
    }

    private void CloseShard()
    {
        tar?.Dispose();
        stream?.Dispose();
        tar = null;
        stream = null;
    }

    private void Append(string name, byte[] bytes)
    {
        using var data = new MemoryStream(bytes, writable: false);
        tar!.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = data,
            ModificationTime = DateTimeOffset.UnixEpoch,
        });
    }

    private string Place(string shard) => Path.Combine(directory, shard);
}
