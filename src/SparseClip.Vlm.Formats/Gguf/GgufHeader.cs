using System.Numerics;

namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>Reads and checks everything in a GGUF file but the tensors' bytes.</summary>
internal static class GgufHeader
{
    public const uint Magic = 0x46554747; // "GGUF", little-endian
    public const uint Version = 3; // what is written; 2 is read too and differs in nothing that is read
    public const string Alignment = "general.alignment";
    public const int DefaultAlignment = 32;
    public const int MostAlignment = 1 << 20;
    public const int MaximumDimensions = 4;

    public static (GgufMetadata Metadata, List<GgufTensor> Tensors) Read(GgufCursor cursor)
    {
        if (cursor.Length < 4 || cursor.Read<uint>("the magic number") != Magic)
        {
            throw new GgufException(cursor.Path, "it does not start with the magic number GGUF", "Give a GGUF file");
        }

        var version = cursor.Read<uint>("the version");
        if (version is not (2 or Version))
        {
            throw new GgufException(cursor.Path, $"its format version is {version}", "This program reads versions 2 and 3, little-endian; convert the model again");
        }

        var tensorCount = cursor.ReadCount("the number of tensors", bytesEach: 8 + 4 + 8 + 4 + 8);
        var keyCount = cursor.ReadCount("the number of keys", bytesEach: 8 + 4 + 1);
        var metadata = ReadMetadata(cursor, keyCount);
        return (metadata, ReadTensors(cursor, tensorCount, metadata));
    }

    /// <summary>Whether tensors may begin at multiples of this many bytes.</summary>
    public static bool IsAlignment(long bytes) => bytes is >= 8 and <= MostAlignment && BitOperations.IsPow2(bytes);

    private static GgufMetadata ReadMetadata(GgufCursor cursor, int count)
    {
        var values = new Dictionary<string, object>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var key = cursor.ReadString($"key {i} of {count}");
            var what = $"the value of key '{key}'";
            if (!values.TryAdd(key, GgufValues.Read(cursor, cursor.Read<uint>($"the type of {what}"), what)))
            {
                throw cursor.Damage($"key '{key}' appears twice");
            }
        }

        return new GgufMetadata(cursor.Path, values);
    }

    private static List<GgufTensor> ReadTensors(GgufCursor cursor, int count, GgufMetadata metadata)
    {
        var alignment = metadata.Integer(Alignment, DefaultAlignment);
        if (!IsAlignment(alignment))
        {
            throw cursor.Damage($"{Alignment} is {alignment}, not a power of two from 8 to {MostAlignment}");
        }

        var entries = new List<(string Name, GgufTensorType Type, long[] Shape, long Count, long Bytes, ulong Offset)>(count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var name = cursor.ReadString($"the name of tensor {i} of {count}");
            if (!names.Add(name))
            {
                throw cursor.Damage($"tensor '{name}' appears twice");
            }

            var shape = ReadShape(cursor, name);
            var type = (GgufTensorType)cursor.Read<uint>($"the type of tensor '{name}'");
            if (!Enum.IsDefined(type))
            {
                throw new GgufException(cursor.Path, $"tensor '{name}' has the element type {(int)type}, which is not known",
                    $"Convert the model to one of {string.Join(", ", Enum.GetNames<GgufTensorType>())}");
            }

            var (elements, bytes) = Size(cursor, name, type, shape);
            entries.Add((name, type, shape, elements, bytes, cursor.Read<ulong>($"the offset of tensor '{name}'")));
        }

        var dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        var available = cursor.Length - dataStart;
        return [.. entries.Select(e => e.Offset % (uint)alignment == 0 && available >= 0 && e.Offset <= (ulong)available && e.Bytes <= available - (long)e.Offset
            ? new GgufTensor(e.Name, e.Type, e.Shape, e.Count, dataStart + (long)e.Offset, e.Bytes)
            : throw cursor.Damage($"tensor '{e.Name}' takes {e.Bytes} bytes from offset {e.Offset} of the data, which has {Math.Max(0, available)} bytes and is aligned to {alignment}"))];
    }

    /// <summary>The file stores the innermost dimension first; here it comes last.</summary>
    private static long[] ReadShape(GgufCursor cursor, string name)
    {
        var dimensions = cursor.Read<uint>($"the number of dimensions of tensor '{name}'");
        if (dimensions is 0 or > MaximumDimensions)
        {
            throw cursor.Damage($"tensor '{name}' has {dimensions} dimensions; the format allows 1 to {MaximumDimensions}");
        }

        var shape = cursor.ReadArray<long>((int)dimensions, $"the shape of tensor '{name}'");
        Array.Reverse(shape);
        return shape;
    }

    private static (long Elements, long Bytes) Size(GgufCursor cursor, string name, GgufTensorType type, long[] shape)
    {
        long elements = 1;
        foreach (var dimension in shape)
        {
            // No dimension of a real file exceeds what its bytes could hold at half a byte an element.
            if (dimension < 0 || (elements > 0 && dimension > cursor.Length * 4 / elements))
            {
                throw cursor.Damage($"tensor '{name}' has the absurd shape [{string.Join(", ", shape)}]");
            }

            elements *= dimension;
        }

        var block = type.BlockElements();
        var row = shape[^1];
        return row % block == 0
            ? (elements, elements / block * type.BlockBytes())
            : throw cursor.Damage($"tensor '{name}' has rows of {row} elements, which are no whole {type} blocks of {block}");
    }
}
