using System.Runtime.InteropServices;
using System.Text;
using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>
/// Collects metadata and tensors and writes them as a GGUF file of version 3. The file appears under its name only when all of it is on the
/// disk: it is written beside as `*.partial`, flushed, and renamed over the old one.
/// </summary>
public sealed class GgufWriter
{
    private const uint TextType = 8;
    private const uint ArrayType = 9;

    private readonly Dictionary<string, object> _metadata = new(StringComparer.Ordinal);
    private readonly List<(string Name, long[] Shape, GgufTensorType Type, byte[] Bytes)> _tensors = [];

    /// <summary>Sets a metadata value.</summary>
    /// <param name="key">Such as `llama.block_count`.</param>
    /// <param name="value">A number, bool or string, or an array of one of them. llama.cpp wants counts and ids as uint.</param>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public GgufWriter Set(string key, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        if (TypeOf(value.GetType()) == ArrayType
            && TypeOf(value.GetType().GetElementType()!) == ArrayType)
        {
            throw new ArgumentException("Arrays of arrays are not supported.", nameof(value));
        }

        _metadata[key] = value;
        return this;
    }

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">A name that no other tensor has.</param>
    /// <param name="shape">Dimensions, outermost first as in torch; at most four.</param>
    /// <param name="values">Row-major values.</param>
    /// <param name="type">F32, F16 or Q8_0 (rows of whole blocks of 32).</param>
    /// <exception cref="ArgumentException">The name is taken, or shape, values and type do not fit each other.</exception>
    public GgufWriter Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values, GgufTensorType type = GgufTensorType.F32)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        long count = 1;
        foreach (var dimension in shape)
        {
            count = checked(count * dimension);
        }

        if (shape.Length is < 1 or > 4 || count != values.Length || shape[^1] % type.BlockElements() != 0 || _tensors.Any(t => t.Name == name))
        {
            throw new ArgumentException($"Tensor '{name}' of shape [{string.Join(", ", shape.ToArray())}] and type {type} with {values.Length} values: the name must be new, the "
                + $"shape of 1 to 4 dimensions must fit the values, and rows must be whole blocks of {type.BlockElements()}.", nameof(shape));
        }

        _tensors.Add((name, shape.ToArray(), type, Quantizer.Encode(type, values)));
        return this;
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="GgufException">It cannot be written.</exception>
    public void Write(string path)
    {
        var partial = path + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                Write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GgufException(path, $"it cannot be written ({e.Message})", "Check the free space and the permissions of its folder", e);
        }
    }

    private void Write(Stream stream)
    {
        var alignment = _metadata.TryGetValue("general.alignment", out var set) ? Convert.ToInt32(set) : 32;
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(0x46554747u);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_metadata.Count);
        foreach (var (key, value) in _metadata)
        {
            WriteText(writer, key);
            writer.Write(TypeOf(value.GetType()));
            WriteValue(writer, value);
        }

        long offset = 0;
        foreach (var (name, shape, type, bytes) in _tensors)
        {
            WriteText(writer, name);
            writer.Write((uint)shape.Length);
            foreach (var dimension in shape.Reverse())
            {
                writer.Write(dimension);
            }

            writer.Write((uint)type);
            writer.Write((ulong)offset);
            offset += Aligned(bytes.LongLength, alignment);
        }

        writer.Flush();
        Pad(stream, stream.Position, alignment);
        foreach (var (_, _, _, bytes) in _tensors)
        {
            stream.Write(bytes);
            Pad(stream, bytes.LongLength, alignment);
        }
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text: WriteText(writer, text); break;
            case string[] texts:
                writer.Write(TextType);
                writer.Write((ulong)texts.LongLength);
                Array.ForEach(texts, text => WriteText(writer, text));
                break;
            case Array array:
                writer.Write(TypeOf(array.GetType().GetElementType()!));
                writer.Write((ulong)array.LongLength);
                foreach (var element in array)
                {
                    WriteValue(writer, element);
                }

                break;
            case byte v: writer.Write(v); break;
            case sbyte v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case bool v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            default: throw new ArgumentException($"GGUF metadata cannot hold a {value.GetType().Name}.", nameof(value));
        }
    }

    /// <summary>The type number under which a .NET value is written.</summary>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    private static uint TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => 0,
        TypeCode.SByte => 1,
        TypeCode.UInt16 => 2,
        TypeCode.Int16 => 3,
        TypeCode.UInt32 => 4,
        TypeCode.Int32 => 5,
        TypeCode.Single => 6,
        TypeCode.Boolean => 7,
        TypeCode.String => TextType,
        TypeCode.UInt64 => 10,
        TypeCode.Int64 => 11,
        TypeCode.Double => 12,
        _ when type.IsArray => ArrayType,
        _ => throw new ArgumentException($"GGUF metadata cannot hold a {type.Name}.", nameof(type)),
    };

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.LongLength);
        writer.Write(bytes);
    }

    private static long Aligned(long length, int alignment) => (length + alignment - 1) / alignment * alignment;

    private static void Pad(Stream stream, long length, int alignment) => stream.Write(new byte[Aligned(length, alignment) - length]);
}
