using System.Formats.Tar;

namespace SparseClip.Vlm.Data.Shards;

/// <summary>Walks the headers of a WebDataset tar once; pictures are skipped over, JSON members are read.</summary>
internal static class TarScanner
{
    private const long LongestJson = 1 << 20;

    private static readonly HashSet<string> Pictures = new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp" };

    public static bool IsPicture(string name) => Pictures.Contains(Path.GetExtension(name));

    /// <summary>The pictures in the order of the tar. Members of one key may come in either order.</summary>
    /// <returns>The pictures, and how many members were skipped for being notes of macOS (<see cref="TarSanity.IsSidecar"/>).</returns>
    /// <exception cref="ShardException">The file is no tar or is cut off.</exception>
    public static (List<ShardMember> Pictures, int Sidecars) Scan(string path, CancellationToken cancellationToken)
    {
        var (end, sidecars) = (0L, 0);
        var pictures = new List<ShardMember>();
        var at = new Dictionary<string, int>(StringComparer.Ordinal);
        var json = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var member = "its first header";
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            if (TarSanity.Problem(file) is { } problem)
            {
                throw new ShardException($"{path}: {problem}.");
            }

            using var tar = new TarReader(file);
            while (tar.GetNextEntry() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                member = $"member '{entry.Name}'";
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    continue;
                }

                if (entry.DataOffset + entry.Length > file.Length)
                {
                    throw new ShardException($"{path}: {member} is cut off ({entry.Length} bytes announced); fetch or build the shard again.");
                }

                end = entry.DataOffset + entry.Length;
                if (TarSanity.IsSidecar(entry.Name))
                {
                    sidecars++;
                    continue;
                }

                var key = Path.ChangeExtension(entry.Name, null);
                if (IsPicture(entry.Name))
                {
                    at[key] = pictures.Count;
                    pictures.Add(new ShardMember(entry.Name, null, entry.DataOffset, checked((int)entry.Length)));
                }
                else if (entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && entry.Length <= LongestJson && entry.DataStream is { } data)
                {
                    var bytes = new byte[entry.Length];
                    data.ReadExactly(bytes);
                    json[key] = bytes;
                }
            }

            // The end mark is a block of zeros behind the last member; a tar that was cut off between two members lacks it.
            if (file.Length < end + TarSanity.Block)
            {
                throw new ShardException($"{path}: is cut off after {member}: the end mark of a tar is missing; fetch or build it again.");
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException or ArgumentException)
        {
            throw new ShardException($"{path}: not a readable tar after {member}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ShardException($"{path}: cannot be read: {e.Message}", e);
        }

        foreach (var (key, bytes) in json)
        {
            if (at.TryGetValue(key, out var i))
            {
                pictures[i] = pictures[i] with { Json = bytes };
            }
        }

        return (pictures, sidecars);
    }
}
