using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>Reads little-endian values one after the other from a mapped file; every read is checked against its end.</summary>
internal sealed unsafe class GgufCursor(string path, byte* start, long length)
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    public string Path => path;

    public long Position { get; private set; }

    public long Length => length;

    public T Read<T>(string what) where T : unmanaged
    {
        Need(sizeof(T), what);
        var value = Unsafe.ReadUnaligned<T>(start + Position);
        Position += sizeof(T);
        return value;
    }

    /// <summary>A count whose entries take at least <paramref name="bytesEach"/>: a count that the rest of the file cannot hold is damage.</summary>
    public int ReadCount(string what, int bytesEach)
    {
        var count = Read<ulong>(what);
        return count <= (ulong)((length - Position) / bytesEach) && count <= int.MaxValue
            ? (int)count
            : throw Damage($"{what} is {count}, more than the file's remaining {length - Position} bytes can hold");
    }

    public string ReadString(string what)
    {
        var bytes = ReadCount($"the length of {what}", 1);
        try
        {
            var text = s_utf8.GetString(start + Position, bytes);
            Position += bytes;
            return text;
        }
        catch (DecoderFallbackException e)
        {
            throw new GgufException(path, $"{what} at byte {Position} is not UTF-8", GgufException.FetchAgain, e);
        }
    }

    /// <summary>
    /// A text that need not be one: vocabularies hold tokens that are parts of characters. Bytes that are no UTF-8 come as Latin-1 behind a replacement
    /// character, so that different bytes stay different.
    /// </summary>
    public string ReadBytesAsText(string what)
    {
        var bytes = ReadArray<byte>(ReadCount($"the length of {what}", 1), what);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : "\uFFFD" + Encoding.Latin1.GetString(bytes);
    }

    public T[] ReadArray<T>(int count, string what) where T : unmanaged
    {
        Need((long)count * sizeof(T), what);
        var values = new T[count];
        new ReadOnlySpan<byte>(start + Position, checked(count * sizeof(T)))
            .CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        Position += (long)count * sizeof(T);
        return values;
    }

    public GgufException Damage(string problem) => new(path, problem, GgufException.FetchAgain);

    private void Need(long bytes, string what)
    {
        if (bytes > length - Position)
        {
            throw Damage($"it ends at byte {length}, within {what} (which starts at byte {Position} and takes {bytes} bytes)");
        }
    }
}
