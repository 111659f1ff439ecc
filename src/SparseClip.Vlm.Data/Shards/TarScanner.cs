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
        var found = new Members();
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            Walk(path, file, found, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException or ArgumentException)
        {
            throw new ShardException($"{path}: not a readable tar after {found.Last}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ShardException($"{path}: cannot be read: {e.Message}", e);
        }

        return (found.Labelled(), found.Sidecars);
    }

    private static void Walk(string path, FileStream file, Members found, CancellationToken cancellationToken)
    {
        if (TarSanity.Problem(file) is { } problem)
        {
            throw new ShardException($"{path}: {problem}.");
        }

        var end = 0L;
        using var tar = new TarReader(file);
        while (tar.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            found.Last = $"member '{entry.Name}'";
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                continue;
            }

            end = entry.DataOffset + entry.Length;
            if (end > file.Length)
            {
                throw new ShardException($"{path}: {found.Last} is cut off ({entry.Length} bytes announced); fetch or build the shard again.");
            }

            found.Add(entry);
        }

        // The end mark is a block of zeros behind the last member; a tar that was cut off between two members lacks it.
        if (file.Length < end + TarSanity.Block)
        {
            throw new ShardException($"{path}: is cut off after {found.Last}: the end mark of a tar is missing; fetch or build it again.");
        }
    }

    /// <summary>What a walk has come by.</summary>
    private sealed class Members
    {
        private readonly List<ShardMember> _pictures = [];
        private readonly Dictionary<string, int> _at = new(StringComparer.Ordinal);
        private readonly Dictionary<string, byte[]> _json = new(StringComparer.Ordinal);

        /// <summary>Where the walk is, for messages.</summary>
        public string Last { get; set; } = "its first header";

        /// <summary>Members skipped for being notes of macOS.</summary>
        public int Sidecars { get; private set; }

        /// <summary>Takes a file that is wholly there.</summary>
        public void Add(TarEntry entry)
        {
            var key = Path.ChangeExtension(entry.Name, null);
            if (TarSanity.IsSidecar(entry.Name))
            {
                Sidecars++;
            }
            else if (IsPicture(entry.Name))
            {
                _at[key] = _pictures.Count;
                _pictures.Add(new ShardMember(entry.Name, null, entry.DataOffset, checked((int)entry.Length)));
            }
            else if (entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && entry.Length <= LongestJson && entry.DataStream is { } data)
            {
                var bytes = new byte[entry.Length];
                data.ReadExactly(bytes);
                _json[key] = bytes;
            }
        }

        /// <summary>The pictures, each with the JSON of its key.</summary>
        public List<ShardMember> Labelled()
        {
            foreach (var (key, bytes) in _json)
            {
                if (_at.TryGetValue(key, out var i))
                {
                    _pictures[i] = _pictures[i] with { Json = bytes };
                }
            }

            return _pictures;
        }
    }
}
