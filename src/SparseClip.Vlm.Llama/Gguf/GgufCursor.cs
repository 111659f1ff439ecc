using System.Buffers.Binary;
using System.Text;

namespace SparseClip.Vlm.Llama.Gguf;

/// <summary>The value types of GGUF metadata.</summary>
internal enum GgufType : uint
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    UInt64 = 10,
    Int64 = 11,
    Float64 = 12,
}

/// <summary>Reads little-endian values from a file whose lengths cannot be trusted: every count is compared with the bytes that are left.</summary>
internal sealed class GgufCursor(Stream stream, string path)
{
    private readonly byte[] _small = new byte[8];

    public long Left => stream.Length - stream.Position;

    public long Position => stream.Position;

    public uint UInt32(string what)
    {
        Fill(_small.AsSpan(0, 4), what);
        return BinaryPrimitives.ReadUInt32LittleEndian(_small);
    }

    public ulong UInt64(string what)
    {
        Fill(_small, what);
        return BinaryPrimitives.ReadUInt64LittleEndian(_small);
    }

    /// <summary>A count of things that take at least some bytes each.</summary>
    public int Count(string what, int bytesEach)
    {
        var count = UInt64(what);
        return count <= (ulong)(Left / bytesEach) && count <= int.MaxValue
            ? (int)count
            : throw Damaged($"{what} claims {count}, which the {Left} bytes that are left cannot hold");
    }

    public byte[] Bytes(string what)
    {
        var bytes = new byte[Count($"the length of {what}", 1)];
        Fill(bytes, what);
        return bytes;
    }

    public string Text(string what) => Encoding.UTF8.GetString(Bytes(what));

    /// <summary>The whole number of an integer type; null for other types.</summary>
    public long? Integer(GgufType type, string what)
    {
        var size = Size(type);
        if (size == 0 || type is GgufType.Float32 or GgufType.Float64 or GgufType.Bool)
        {
            return null;
        }

        _small.AsSpan().Clear();
        Fill(_small.AsSpan(0, size), what);
        var value = BinaryPrimitives.ReadInt64LittleEndian(_small);
        return type switch
        {
            GgufType.Int8 => (sbyte)value,
            GgufType.Int16 => (short)value,
            GgufType.Int32 => (int)value,
            _ => value,
        };
    }

    public void Skip(long bytes, string what)
    {
        if (bytes > Left)
        {
            throw Damaged($"it ends inside {what}");
        }

        stream.Seek(bytes, SeekOrigin.Current);
    }

    /// <summary>Bytes of one value; 0 for texts and arrays.</summary>
    public static int Size(GgufType type) => type switch
    {
        GgufType.UInt8 or GgufType.Int8 or GgufType.Bool => 1,
        GgufType.UInt16 or GgufType.Int16 => 2,
        GgufType.UInt32 or GgufType.Int32 or GgufType.Float32 => 4,
        GgufType.UInt64 or GgufType.Int64 or GgufType.Float64 => 8,
        _ => 0,
    };

    public GgufException Damaged(string what) => new($"'{path}' is damaged at byte {stream.Position}: {what}. Fetch the file again.");

    private void Fill(Span<byte> bytes, string what)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Damaged($"it ends inside {what}");
        }
    }
}
