using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Checkpoints;

/// <summary>
/// A safetensors file opened for reading. The header is read and checked at once; the bytes of a tensor are read from the
/// file straight into the tensor when it is asked for. Reads are positional, so one instance serves several threads.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>Spans are indexed by int, so a large tensor is read piece by piece.</summary>
    private const long ChunkElements = 1L << 27;

    private readonly SafeFileHandle handle;
    private readonly Dictionary<string, SafetensorsEntry> byName;

    private SafetensorsFile(string path, SafeFileHandle handle, List<SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        Path = path;
        this.handle = handle;
        Entries = entries;
        Metadata = metadata;
        byName = entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    /// <summary>The path it was opened from.</summary>
    public string Path { get; }

    /// <summary>All tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The header's free strings; empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="CheckpointException">The file is missing, unreadable or not valid safetensors.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var (entries, metadata) = SafetensorsHeader.Read(path, stream);
            var file = new SafetensorsFile(path, handle, entries, metadata);
            handle = null;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var problem = e is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : $"it cannot be read ({e.Message})";
            throw new CheckpointException(path, problem, "Check the path and the permissions", innerException: e);
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <exception cref="CheckpointException">The file has no such tensor.</exception>
    public SafetensorsEntry Entry(string name) => byName.TryGetValue(name, out var entry)
        ? entry
        : throw new CheckpointException(Path, $"the file has no such tensor (it has {byName.Count})", "Use the file that belongs to this model", name);

    /// <summary>Reads a tensor onto the <see cref="ComputeDevice"/>, contiguous, in its stored type or converted to <paramref name="type"/>.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor, ended while it was read, or the tensor has values that are not finite.</exception>
    public Tensor Load(string name, ScalarType? type = null)
    {
        var entry = Entry(name);
        using var scope = NewDisposeScope();
        var tensor = empty(entry.Shape.ToArray(), entry.Type.ToTorch(), CPU);
        var flat = tensor.view(-1);
        for (long start = 0; start < entry.Count; start += ChunkElements)
        {
            using var chunk = flat.narrow(0, start, Math.Min(ChunkElements, entry.Count - start));
            ReadExactly(entry, entry.Begin + (start * entry.Type.Size()), chunk.bytes);
        }

        RequireFinite(entry, flat);
        return (type is null || type == entry.Type.ToTorch() ? tensor : tensor.to_type(type.Value)).ToDevice().MoveToOuterDisposeScope();
    }

    /// <summary>Reads a tensor as float32 values in row-major order, whatever floating-point type is stored.</summary>
    /// <exception cref="CheckpointException">As <see cref="Load"/>.</exception>
    public float[] LoadFloats(string name)
    {
        var entry = Entry(name);
        if (entry.Type == SafetensorsType.F32)
        {
            var values = new float[entry.Count];
            ReadExactly(entry, entry.Begin, MemoryMarshal.AsBytes(values.AsSpan()));
            return Array.TrueForAll(values, float.IsFinite) ? values : throw NotFinite(entry);
        }

        using var scope = NewDisposeScope();
        return Load(name, ScalarType.Float32).ToHost().data<float>().ToArray();
    }

    /// <summary>Reads every tensor once.</summary>
    /// <exception cref="CheckpointException">One cannot be read, or has values that are not finite.</exception>
    public void RequireFinite()
    {
        foreach (var entry in Entries)
        {
            using var scope = NewDisposeScope();
            Load(entry.Name);
        }
    }

    /// <inheritdoc />
    public void Dispose() => handle.Dispose();

    // A NaN passes on through minimum and maximum, and an infinity is one of them: two passes and no copy.
    private void RequireFinite(SafetensorsEntry entry, Tensor flat)
    {
        if (entry.Count == 0 || !flat.is_floating_point())
        {
            return;
        }

        using var scope = NewDisposeScope();
        var ends = stack([flat.amin(0), flat.amax(0)]).to_type(ScalarType.Float64).data<double>();
        if (!double.IsFinite(ends[0]) || !double.IsFinite(ends[1]))
        {
            throw NotFinite(entry);
        }
    }

    private CheckpointException NotFinite(SafetensorsEntry entry) =>
        new(Path, "it holds values that are not finite (NaN or infinity)", "The weights are damaged or their training diverged: get or train them again", entry.Name);

    private void ReadExactly(SafetensorsEntry entry, long position, Span<byte> destination)
    {
        try
        {
            while (destination.Length > 0)
            {
                var read = RandomAccess.Read(handle, destination, position);
                if (read == 0)
                {
                    throw new EndOfStreamException("the file ended");
                }

                destination = destination[read..];
                position += read;
            }
        }
        catch (IOException e)
        {
            throw new CheckpointException(Path, $"its bytes cannot be read ({e.Message})", "Copy or download the file again", entry.Name, e);
        }
    }
}
