using Microsoft.Win32.SafeHandles;

namespace SparseClip.Vlm.Data.Shards;

/// <summary>
/// Reads pictures out of tars and plain files by position. Each tar is opened once and the handles are shared; reads carry their
/// offset, so any number of threads may read at once.
/// </summary>
public sealed class ShardReader : IDisposable
{
    private readonly string[] paths;
    private readonly Lazy<SafeFileHandle>[] handles;

    /// <param name="files">Paths, by whose order places name them; none is opened yet.</param>
    public ShardReader(IEnumerable<string> files)
    {
        paths = [.. files];
        handles = Array.ConvertAll(paths, path => new Lazy<SafeFileHandle>(() => Open(path)));
    }

    /// <summary>The paths.</summary>
    public IReadOnlyList<string> Files => paths;

    /// <summary>The bytes at a place.</summary>
    /// <exception cref="ShardException">The file is gone or shorter than when it was scanned.</exception>
    public byte[] Read(ShardLocation location)
    {
        var bytes = new byte[location.Length];
        try
        {
            var done = 0;
            while (done < bytes.Length)
            {
                var read = RandomAccess.Read(handles[location.File].Value, bytes.AsSpan(done), location.Offset + done);
                if (read == 0)
                {
                    throw new ShardException($"{paths[location.File]}: ends before byte {location.Offset + bytes.Length}; it changed since it was scanned.");
                }

                done += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ShardException($"{paths[location.File]}: cannot be read at byte {location.Offset}: {e.Message}", e);
        }

        return bytes;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var handle in handles.Where(h => h.IsValueCreated))
        {
            handle.Value.Dispose();
        }
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
}
