using System.Buffers.Binary;
using NetVips;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Modeling.Tests.Imaging;

public sealed class ImageDecoderTests
{
    /// <summary>A red left half and a blue right half, 40 x 20.</summary>
    private static Image TwoHalves()
    {
        using var red = Image.Black(20, 20).NewFromImage(255, 0, 0);
        using var blue = Image.Black(20, 20).NewFromImage(0, 0, 255);
        return red.Join(blue, Enums.Direction.Horizontal).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static PictureError Refusal(byte[] bytes, string contains = "")
    {
        var error = Assert.Throws<PictureException>(() => ImageDecoder.Decode(bytes));
        Assert.Contains(contains, error.Message, StringComparison.OrdinalIgnoreCase);
        return error.Error;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }

    private static void AssertPixel(RgbPicture picture, int x, int y, byte r, byte g, byte b, int tolerance = 0)
    {
        var at = ((y * picture.Width) + x) * 3;
        Assert.InRange(picture.Pixels[at], r - tolerance, r + tolerance);
        Assert.InRange(picture.Pixels[at + 1], g - tolerance, g + tolerance);
        Assert.InRange(picture.Pixels[at + 2], b - tolerance, b + tolerance);
    }

    [Theory]
    [InlineData(".png", 0)]
    [InlineData(".jpg", 12)]
    [InlineData(".webp", 30)]
    [InlineData(".gif", 0)]
    [InlineData(".tif", 0)]
    [InlineData(".tif[compression=jpeg,Q=95]", 12)]
    [InlineData(".avif[lossless]", 1)]
    public void Formats_are_told_by_their_bytes_and_decoded(string suffix, int tolerance)
    {
        using var image = TwoHalves();
        var bytes = image.WriteToBuffer(suffix);
        var picture = ImageDecoder.Decode(bytes);
        Assert.Equal((40, 20, 2400), (picture.Width, picture.Height, picture.Pixels.Length));
        AssertPixel(picture, 3, 3, 255, 0, 0, tolerance);
        AssertPixel(picture, 36, 16, 0, 0, 255, tolerance);
    }

    [Fact]
    public void The_turn_that_EXIF_states_is_made()
    {
        using var image = TwoHalves();
        using var turned = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6)); // shown a quarter turn clockwise
        var bytes = turned.JpegsaveBuffer(q: 95);
        var picture = ImageDecoder.Decode(bytes);
        Assert.Equal((20, 40), (picture.Width, picture.Height));
        AssertPixel(picture, 10, 5, 255, 0, 0, 20);
        AssertPixel(picture, 10, 35, 0, 0, 255, 20);
    }

    [Theory]
    [InlineData(".tif")]
    [InlineData(".avif[lossless]")]
    [InlineData(".webp[lossless]")]
    [InlineData(".png")]
    public void Other_formats_are_turned_too(string suffix)
    {
        using var image = TwoHalves();
        using var turned = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
        var picture = ImageDecoder.Decode(turned.WriteToBuffer(suffix));
        Assert.Equal((20, 40), (picture.Width, picture.Height));
        AssertPixel(picture, 10, 35, 0, 0, 255, 1);
    }

    [Fact]
    public void Transparency_lies_on_white_and_is_kept_on_request()
    {
        using var image = TwoHalves();
        using var alpha = (Image.Xyz(40, 20)[0] < 20).Cast(Enums.BandFormat.Uchar);
        using var rgba = image.Bandjoin(alpha);
        var bytes = rgba.WriteToBuffer(".png");
        AssertPixel(ImageDecoder.Decode(bytes), 36, 3, 255, 255, 255);
        var kept = ImageDecoder.DecodeRgba(bytes);
        Assert.Equal([255, 0, 0, 255], kept.Pixels[..4]);
        Assert.Equal(0, kept.Pixels[(39 * 4) + 3]);
    }

    [Fact]
    public void What_is_no_picture_is_refused_by_kind()
    {
        Assert.Equal(PictureError.UnsupportedKind, Refusal([], "empty"));
        Assert.Equal(PictureError.UnsupportedKind, Refusal("just some text"u8.ToArray()));
        Assert.Equal(PictureError.UnsupportedKind, Refusal("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), "SVG"));
        Assert.Equal(PictureError.UnsupportedKind, Refusal("%PDF-1.7 and more"u8.ToArray(), "PDF"));
        Assert.Equal(PictureError.UnsupportedKind, Refusal("\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8.ToArray(), "HEIC is not read; send JPEG or PNG."));
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    [InlineData(".avif")]
    public void A_file_cut_short_is_refused(string suffix)
    {
        using var noise = Image.Gaussnoise(200, 200, sigma: 60, mean: 128).Cast(Enums.BandFormat.Uchar);
        var bytes = noise.WriteToBuffer(suffix);
        Assert.Equal(PictureError.Undecodable, Refusal(bytes[..(bytes.Length / 2)], suffix == ".webp" ? "damaged" : "cut short"));
        Assert.Equal(PictureError.Undecodable, Refusal(bytes[..30]));
    }

    [Fact]
    public void A_huge_picture_is_refused_from_its_header()
    {
        // 30,000 x 30,000 in a few bytes: it would take 2.7 GB to decode.
        var header = new byte[25];
        BinaryPrimitives.WriteUInt32BigEndian(header, 13);
        "IHDR"u8.CopyTo(header.AsSpan(4));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), 30_000);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), 30_000);
        (header[16], header[17]) = (8, 2);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(21), Crc32(header.AsSpan(4, 17)));
        byte[] data = [0, 0, 0, 2, .. "IDAT"u8, 0x78, 0x9C, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(10), Crc32(data.AsSpan(4, 6)));
        byte[] png = [0x89, .. "PNG\r\n\u001a\n"u8, .. header, .. data];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(PictureError.TooManyPixels, Refusal(png, "30,000 x 30,000"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void A_file_with_too_many_bytes_is_refused()
    {
        using var image = TwoHalves();
        var error = Assert.Throws<PictureException>(() => ImageDecoder.Decode(image.WriteToBuffer(".png"), new PictureLimits(MaximumBytes: 50)));
        Assert.Equal(PictureError.TooManyBytes, error.Error);
        var limits = new PictureLimits(MaximumBytes: image.WriteToBuffer(".png").Length);
        Assert.Equal(40, ImageDecoder.Decode(image.WriteToBuffer(".png"), limits).Width);
    }

    [Fact]
    public void Any_damage_is_a_refusal_or_harmless()
    {
        using var image = TwoHalves();
        var files = new[] { ".png", ".jpg", ".webp", ".gif", ".tif", ".avif" }.Select(s => image.WriteToBuffer(s)).Append(BmpTests.Bitmap(24)).ToArray();
        CsCheck.Gen.Select(CsCheck.Gen.Int[0, files.Length - 1], CsCheck.Gen.Int[0, 4000], CsCheck.Gen.Byte, CsCheck.Gen.Int[1, 4000]).Sample(
            (which, position, value, length) =>
            {
                var bytes = files[which][..Math.Min(length, files[which].Length)];
                bytes[position % bytes.Length] = value;
                try
                {
                    _ = ImageDecoder.Decode(bytes);
                }
                catch (PictureException)
                {
                }
            },
            iter: 1000);
    }
}
