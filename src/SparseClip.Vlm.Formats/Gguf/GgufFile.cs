using System.IO.MemoryMappedFiles;

namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>
/// A GGUF file opened for reading: memory-mapped, its header read and checked at once, so that no tensor can reach outside the file.
/// One instance serves several threads; it must outlive every read.
/// </summary>
public sealed unsafe class GgufFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly Dictionary<string, GgufTensor> _byName;
    private bool _disposed;

    private GgufFile(string path, MemoryMappedFile map, MemoryMappedViewAccessor view, byte* start, GgufMetadata metadata, List<GgufTensor> tensors)
    {
        Path = path;
        _map = map;
        _view = view;
        _start = start;
        Metadata = metadata;
        Tensors = tensors;
        _byName = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The path it was opened from.</summary>
    public string Path { get; }

    /// <summary>The key-value part.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>All tensors, in the order of the header.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <exception cref="GgufException">The file is missing, unreadable, cut short or not valid GGUF.</exception>
    public static GgufFile Open(string path)
    {
        MemoryMappedFile? map = null;
        MemoryMappedViewAccessor? view = null;
        byte* start = null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var length = stream.Length;
            if (length == 0)
            {
                throw new GgufException(path, "it is empty", "Give a GGUF file");
            }

            map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            start += view.PointerOffset;
            var (metadata, tensors) = GgufHeader.Read(new GgufCursor(path, start, length));
            var file = new GgufFile(path, map, view, start, metadata, tensors);
            map = null;
            view = null;
            start = null;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var problem = e is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : $"it cannot be read ({e.Message})";
            throw new GgufException(path, problem, "Check the path and the permissions", e);
        }
        finally
        {
            if (start is not null)
            {
                view!.SafeMemoryMappedViewHandle.ReleasePointer();
            }

            view?.Dispose();
            map?.Dispose();
        }
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <exception cref="GgufException">The file has no such tensor.</exception>
    public GgufTensor Tensor(string name) => _byName.TryGetValue(name, out var tensor)
        ? tensor
        : throw new GgufException(Path, $"it has no tensor '{name}' (it has {_byName.Count})", "Use the file that belongs to this kind of model");

    /// <summary>Where a tensor's bytes are mapped: <see cref="GgufTensor.Bytes"/> of them, valid until the file is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public nint AddressOf(GgufTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return (nint)(_start + tensor.Begin);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map.Dispose();
        }
    }
}
