using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using SparseClip.Vlm.Core.Files;

namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>
/// Collects metadata and tensors and writes them as a GGUF file of version 3, little-endian. The file appears under its name only when all of it
/// is on the disk: it is written beside as `*.partial`, flushed, and renamed over the old one. Equal content in equal order gives equal bytes.
/// </summary>
public sealed class GgufWriter
{
    private const int LongestName = 63; // bytes; llama.cpp keeps names in 64 with a closing zero
    private const int ChunkElements = 1 << 16;

    private readonly Dictionary<string, object> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _tensors = new(StringComparer.Ordinal);

    /// <summary>Sets a metadata value; the last one of a key counts.</summary>
    /// <param name="key">Such as `llama.block_count`.</param>
    /// <param name="value">A number, bool or string, or an array of one of them. llama.cpp wants counts and ids as uint.</param>
    /// <exception cref="ArgumentException">The format has no such type, or the key is one whose value the reader could not use.</exception>
    public GgufWriter Set(string key, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        GgufValues.CheckWritable(value);
        if (key == GgufHeader.Alignment && !(value is uint alignment && GgufHeader.IsAlignment(alignment)))
        {
            throw new ArgumentException($"{key} is {value}; it must be a power of two from 8 to {GgufHeader.MostAlignment}, as a uint.", nameof(value));
        }

        _metadata[key] = value;
        return this;
    }

    /// <summary>Adds a tensor of float32 or float16 elements.</summary>
    /// <param name="name">A name that no other tensor has; 1..63 bytes.</param>
    /// <param name="shape">Dimensions, outermost first as in torch (the file stores them innermost first); 1 to 4, none zero.</param>
    /// <param name="values">Row-major values; kept, not copied, and read when the file is written.</param>
    /// <param name="type">F32 or F16.</param>
    /// <exception cref="ArgumentException">The name is taken or too long; shape, values and type do not fit each other; a value is too large for F16.</exception>
    public GgufWriter Add(string name, ReadOnlySpan<long> shape, float[] values, GgufTensorType type = GgufTensorType.F32)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (type is not (GgufTensorType.F32 or GgufTensorType.F16))
        {
            throw new ArgumentException($"Tensor '{name}' cannot be written as {type}; choose F32 or F16.", nameof(type));
        }

        if (type == GgufTensorType.F16 && Array.Find(values, v => float.IsFinite(v) && !Half.IsFinite((Half)v)) is var large and not 0f)
        {
            throw new ArgumentException($"Tensor '{name}' has the value {large}, which F16 cannot hold; choose F32.", nameof(values));
        }

        return Add(name, shape, type, values.LongLength * type.BlockBytes(), stream => WriteValues(stream, values, type));
    }

    /// <summary>Adds a tensor whose bytes are laid out already, such as one of another file.</summary>
    /// <param name="name">As of <see cref="Add(string, ReadOnlySpan{long}, float[], GgufTensorType)"/>.</param>
    /// <param name="shape">As there; rows are whole blocks of the type.</param>
    /// <param name="bytes">The tensor as the file holds it; kept, not copied.</param>
    /// <param name="type">What the bytes are.</param>
    /// <exception cref="ArgumentException">The name is taken or too long; shape, bytes and type do not fit each other.</exception>
    public GgufWriter AddEncoded(string name, ReadOnlySpan<long> shape, byte[] bytes, GgufTensorType type)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Add(name, shape, type, bytes.LongLength, stream => stream.Write(bytes));
    }

    /// <summary>Writes the file; folders are made.</summary>
    /// <exception cref="GgufException">It cannot be written.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            WholeFile.Write(path, beside =>
            {
                using var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
                Write(stream);
                stream.Flush(flushToDisk: true);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GgufException(path, $"it cannot be written ({e.Message})", "Check the free space and the permissions of its folder", e);
        }
    }

    private GgufWriter Add(string name, ReadOnlySpan<long> shape, GgufTensorType type, long bytes, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            throw new ArgumentException($"The tensor name '{name}' is longer than {LongestName} bytes, more than llama.cpp reads.", nameof(name));
        }

        var dimensions = shape.ToArray();
        var fits = dimensions.Length is >= 1 and <= GgufHeader.MaximumDimensions && Array.TrueForAll(dimensions, d => d > 0)
            && dimensions[^1] % type.BlockElements() == 0
            && dimensions.Aggregate(1L, (n, d) => checked(n * d)) / type.BlockElements() * type.BlockBytes() == bytes;
        if (!fits)
        {
            throw new ArgumentException(
                $"Tensor '{name}' of shape [{string.Join(", ", dimensions)}] and type {type} with {bytes} bytes: 1 to {GgufHeader.MaximumDimensions} dimensions above "
                + $"zero must give just the values, and rows must be whole blocks of {type.BlockElements()}.", nameof(shape));
        }

        return _tensors.TryAdd(name, new Entry(dimensions, type, bytes, write))
            ? this
            : throw new ArgumentException($"There is a tensor '{name}' already.", nameof(name));
    }

    private void Write(Stream stream)
    {
        var alignment = _metadata.TryGetValue(GgufHeader.Alignment, out var set) ? (uint)set : GgufHeader.DefaultAlignment;
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(GgufHeader.Magic);
        writer.Write(GgufHeader.Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_metadata.Count);
        foreach (var (key, value) in _metadata)
        {
            GgufValues.WriteText(writer, key);
            GgufValues.Write(writer, value);
        }

        long offset = 0;
        foreach (var (name, tensor) in _tensors)
        {
            GgufValues.WriteText(writer, name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (var dimension in tensor.Shape.Reverse())
            {
                writer.Write(dimension);
            }

            writer.Write((uint)tensor.Type);
            writer.Write((ulong)offset);
            offset += Aligned(tensor.Bytes, alignment);
        }

        writer.Flush();
        Pad(stream, stream.Position, alignment);
        foreach (var tensor in _tensors.Values)
        {
            tensor.Write(stream);
            Pad(stream, tensor.Bytes, alignment);
        }
    }

    private static void WriteValues(Stream stream, float[] values, GgufTensorType type)
    {
        if (type == GgufTensorType.F32)
        {
            for (var at = 0; at < values.Length; at += ChunkElements)
            {
                stream.Write(MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(ChunkElements, values.Length - at))));
            }

            return;
        }

        var halves = ArrayPool<Half>.Shared.Rent(ChunkElements);
        for (var at = 0; at < values.Length; at += ChunkElements)
        {
            var chunk = values.AsSpan(at, Math.Min(ChunkElements, values.Length - at));
            for (var i = 0; i < chunk.Length; i++)
            {
                halves[i] = (Half)chunk[i];
            }

            stream.Write(MemoryMarshal.AsBytes(halves.AsSpan(0, chunk.Length)));
        }

        ArrayPool<Half>.Shared.Return(halves);
    }

    private static long Aligned(long length, long alignment) => (length + alignment - 1) / alignment * alignment;

    private static void Pad(Stream stream, long length, long alignment) => stream.Write(new byte[Aligned(length, alignment) - length]);

    private sealed record Entry(long[] Shape, GgufTensorType Type, long Bytes, Action<Stream> Write);
}
