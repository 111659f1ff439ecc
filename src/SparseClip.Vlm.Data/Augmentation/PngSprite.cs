using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>
/// Reads the PNGs that our own shards hold (8-bit RGBA, not interlaced; PNG specification, third edition, sections 5, 9 and 10). A
/// fresh libvips pipeline costs three times as much for a picture of 160 px; anything else than that one kind is left to it.
/// </summary>
internal static class PngSprite
{
    private const int LargestSide = 1024;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The sprite, or null where the file is of another kind or damaged.</summary>
    public static Sprite? TryDecode(byte[] file)
    {
        if (file.Length < 45 || !file.AsSpan().StartsWith(Signature) || !TryHeader(file, out var width, out var height))
        {
            return null;
        }

        var line = (width * 4) + 1;
        var raw = ArrayPool<byte>.Shared.Rent(line * height);
        try
        {
            using var data = Compressed(file);
            using var inflate = new ZLibStream(data, CompressionMode.Decompress);
            inflate.ReadExactly(raw, 0, line * height);
            var rgba = raw.AsSpan(0, line * height);
            return Unfilter(rgba, width, height) ? Sprite.FromRgba(width, height, rgba[..(width * height * 4)]) : null;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
        }
    }

    private static bool TryHeader(byte[] file, out int width, out int height)
    {
        var header = file.AsSpan(8);
        width = BinaryPrimitives.ReadInt32BigEndian(header[8..]);
        height = BinaryPrimitives.ReadInt32BigEndian(header[12..]);
        return header[4..8].SequenceEqual("IHDR"u8) && width is > 0 and <= LargestSide && height is > 0 and <= LargestSide
            && header[16] == 8 && header[17] == 6 && header[20] == 0;
    }

    private static MemoryStream Compressed(byte[] file)
    {
        var data = new MemoryStream(file.Length);
        for (var at = 8L; at + 12 <= file.Length;)
        {
            var chunk = file.AsSpan((int)at);
            long length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (at + 12 + length > file.Length)
            {
                break;
            }

            if (chunk[4..8].SequenceEqual("IDAT"u8))
            {
                data.Write(chunk.Slice(8, (int)length));
            }

            at += 12 + length;
        }

        data.Position = 0;
        return data;
    }

    /// <summary>In place: rows of (filter byte, filtered bytes) become plain rows without the byte, packed to the front.</summary>
    private static bool Unfilter(Span<byte> raw, int width, int height)
    {
        var stride = width * 4;
        Span<byte> above = stackalloc byte[0];
        for (var y = 0; y < height; y++)
        {
            var filter = raw[y * (stride + 1)];
            var row = raw.Slice(y * stride, stride);
            raw.Slice((y * (stride + 1)) + 1, stride).CopyTo(row);
            switch (filter)
            {
                case 0:
                    break;
                case 1:
                    for (var i = 4; i < stride; i++)
                    {
                        row[i] += row[i - 4];
                    }

                    break;
                case 2:
                    for (var i = 0; i < above.Length; i++)
                    {
                        row[i] += above[i];
                    }

                    break;
                case 3:
                    for (var i = 0; i < stride; i++)
                    {
                        row[i] += (byte)(((i >= 4 ? row[i - 4] : 0) + (y > 0 ? above[i] : 0)) / 2);
                    }

                    break;
                case 4:
                    for (var i = 0; i < stride; i++)
                    {
                        row[i] += y == 0 ? (i >= 4 ? row[i - 4] : (byte)0) : i < 4 ? above[i] : Paeth(row[i - 4], above[i], above[i - 4]);
                    }

                    break;
                default:
                    return false;
            }

            above = row;
        }

        return true;
    }

    private static byte Paeth(int left, int up, int upLeft)
    {
        var (a, b, c) = (Math.Abs(up - upLeft), Math.Abs(left - upLeft), Math.Abs(left + up - (2 * upLeft)));
        return (byte)(a <= b && a <= c ? left : b <= c ? up : upLeft);
    }
}
