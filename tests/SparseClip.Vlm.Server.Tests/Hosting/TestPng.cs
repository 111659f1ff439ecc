using System.Buffers.Binary;
using System.IO.Compression;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>Writes PNG files of any size, such as no picture library would make.</summary>
internal static class TestPng
{
    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>A picture of seeded noise, 24 bits a pixel.</summary>
    public static byte[] Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        var row = new byte[1 + (width * 3)];
        return Write(width, height, bitDepth: 8, colourType: 2, rows =>
        {
            for (var y = 0; y < height; y++)
            {
                random.NextBytes(row);
                row[0] = 0;
                rows.Write(row);
            }
        });
    }

    /// <summary>A valid picture of one colour and one bit a pixel: huge when decoded, tiny as a file.</summary>
    public static byte[] Blank(int width, int height)
    {
        var row = new byte[1 + ((width + 7) / 8)];
        return Write(width, height, bitDepth: 1, colourType: 0, rows =>
        {
            for (var y = 0; y < height; y++)
            {
                rows.Write(row);
            }
        });
    }

    private static byte[] Write(int width, int height, byte bitDepth, byte colourType, Action<Stream> rows)
    {
        using var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            rows(deflate);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bitDepth, colourType);
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(data, Crc(kind, uint.MaxValue)));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (var value in bytes)
        {
            crc = s_table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint Entry(int index)
    {
        var value = (uint)index;
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
        }

        return value;
    }
}
