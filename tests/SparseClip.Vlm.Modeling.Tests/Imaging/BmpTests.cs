using System.Buffers.Binary;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Modeling.Tests.Imaging;

public sealed class BmpTests
{
    /// <summary>3 x 2: above red, green, blue; below white, black, red. Rows from the bottom, padded to 4 bytes.</summary>
    internal static byte[] Bitmap(int bits)
    {
        (byte R, byte G, byte B)[] palette = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)];
        int[][] rows = [[3, 4, 0], [0, 1, 2]]; // below, above
        var colours = bits <= 8 ? palette.SelectMany(c => new[] { c.B, c.G, c.R, (byte)0 }).ToArray() : [];
        var pixels = rows.SelectMany(row => Row(row, palette, bits)).ToArray();
        var header = new byte[54];
        "BM"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(2), 54 + colours.Length + pixels.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(10), 54 + colours.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18), 3);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(22), 2);
        header[26] = 1;
        header[28] = (byte)bits;
        header[46] = bits <= 8 ? (byte)palette.Length : (byte)0;
        return [.. header, .. colours, .. pixels];
    }

    private static byte[] Row(int[] row, (byte R, byte G, byte B)[] palette, int bits)
    {
        byte[] raw = bits switch
        {
            4 => [(byte)((row[0] << 4) | row[1]), (byte)(row[2] << 4)],
            8 => [.. row.Select(i => (byte)i)],
            24 => [.. row.SelectMany(i => new[] { palette[i].B, palette[i].G, palette[i].R })],
            _ => [.. row.SelectMany(i => new[] { palette[i].B, palette[i].G, palette[i].R, (byte)0 })],
        };
        return [.. raw, .. new byte[(4 - (raw.Length % 4)) % 4]];
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(24)]
    [InlineData(32)]
    public void Plain_bitmaps_are_read(int bits)
    {
        var picture = ImageDecoder.Decode(Bitmap(bits));
        Assert.Equal((3, 2), (picture.Width, picture.Height));
        Assert.Equal([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0], picture.Pixels);
    }

    [Fact]
    public void Other_bitmaps_are_refused()
    {
        var compressed = Bitmap(8);
        compressed[30] = 1;
        Assert.Equal(PictureError.UnsupportedKind, Assert.Throws<PictureException>(() => ImageDecoder.Decode(compressed)).Error);
        Assert.Equal(PictureError.Undecodable, Assert.Throws<PictureException>(() => ImageDecoder.Decode(Bitmap(24)[..60])).Error);
        var huge = Bitmap(24);
        BinaryPrimitives.WriteInt32LittleEndian(huge.AsSpan(18), 100_000);
        BinaryPrimitives.WriteInt32LittleEndian(huge.AsSpan(22), 100_000);
        Assert.Equal(PictureError.TooManyPixels, Assert.Throws<PictureException>(() => ImageDecoder.Decode(huge)).Error);
    }
}
