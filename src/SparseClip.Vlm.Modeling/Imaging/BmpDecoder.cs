using System.Buffers.Binary;
using NetVips;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>
/// Reads uncompressed Windows bitmaps (1, 4 or 8 bits with a palette, 24 and 32 bits), which the shipped libvips does not. Run-length
/// and embedded JPEG or PNG variants are refused by name.
/// </summary>
internal static class BmpDecoder
{
    public static Image Open(byte[] file, PictureLimits limits)
    {
        ReadOnlySpan<byte> bytes = file;
        var pixelStart = BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]);
        var headerSize = BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]);
        if (headerSize < 40 || headerSize > 256 || bytes.Length < 14 + headerSize)
        {
            throw headerSize is >= 40 and <= 256 ? CutShort()
                : new PictureException(PictureError.UnsupportedKind, "This kind of BMP (OS/2, or damaged header) is not read; send JPEG or PNG.");
        }

        var width = BinaryPrimitives.ReadInt32LittleEndian(bytes[18..]);
        var signedHeight = (long)BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        var compression = BinaryPrimitives.ReadUInt32LittleEndian(bytes[30..]);
        var height = Math.Abs(signedHeight); // negative: rows run from the top
        if (width <= 0 || height == 0)
        {
            throw new PictureException(PictureError.Undecodable, $"The BMP states an impossible size of {width} x {signedHeight}.");
        }

        ImageDecoder.CheckPixels(width, height, limits);
        if (bits is not (1 or 4 or 8 or 24 or 32) || !(compression == 0 || (compression == 3 && bits == 32 && HasPlainMasks(bytes, headerSize))))
        {
            throw new PictureException(PictureError.UnsupportedKind, $"This kind of BMP ({bits} bits, compression {compression}) is not read; send JPEG or PNG.");
        }

        var stride = (((long)width * bits) + 31) / 32 * 4;
        if (pixelStart > bytes.Length || stride * height > bytes.Length - pixelStart)
        {
            throw CutShort();
        }

        var palette = bits <= 8 ? Palette(bytes, headerSize, bits, pixelStart) : default;
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            var fileRow = signedHeight > 0 ? height - 1 - y : y;
            var row = bytes.Slice((int)(pixelStart + (fileRow * stride)), (int)stride);
            DecodeRow(row, palette, bits, pixels.AsSpan((int)(y * (long)width * 3), width * 3));
        }

        return Image.NewFromMemory(pixels, width, (int)height, 3, Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>32-bit files often state the usual order of blue, green, red as masks.</summary>
    private static bool HasPlainMasks(ReadOnlySpan<byte> bytes, uint headerSize) =>
        bytes.Length >= 66 && (headerSize >= 52 || bytes.Length >= 14 + headerSize + 12)
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[54..]) == 0x00FF0000
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[58..]) == 0x0000FF00
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[62..]) == 0x000000FF;

    private static ReadOnlySpan<byte> Palette(ReadOnlySpan<byte> bytes, uint headerSize, int bits, uint pixelStart)
    {
        var used = BinaryPrimitives.ReadUInt32LittleEndian(bytes[46..]);
        var colours = used == 0 ? 1u << bits : Math.Min(used, 1u << bits);
        var start = 14 + headerSize;
        return start + (colours * 4) <= Math.Min(pixelStart, bytes.Length)
            ? bytes.Slice((int)start, (int)colours * 4)
            : throw new PictureException(PictureError.Undecodable, "The palette of the BMP does not fit before its pixels.");
    }

    private static void DecodeRow(ReadOnlySpan<byte> row, ReadOnlySpan<byte> palette, int bits, Span<byte> rgb)
    {
        for (var x = 0; x < rgb.Length / 3; x++)
        {
            ReadOnlySpan<byte> bgr;
            if (bits >= 24)
            {
                bgr = row.Slice(x * bits / 8, 3);
            }
            else
            {
                var perByte = 8 / bits;
                var index = (row[x / perByte] >> (8 - bits - (x % perByte * bits))) & ((1 << bits) - 1);
                bgr = (index * 4) + 3 <= palette.Length ? palette.Slice(index * 4, 3)
                    : throw new PictureException(PictureError.Undecodable, $"The BMP uses colour {index}, which its palette lacks.");
            }

            (rgb[3 * x], rgb[(3 * x) + 1], rgb[(3 * x) + 2]) = (bgr[2], bgr[1], bgr[0]);
        }
    }

    private static PictureException CutShort() =>
        new(PictureError.Undecodable, "The BMP picture is cut short: its bytes end before the picture does. Send the whole file.");
}
