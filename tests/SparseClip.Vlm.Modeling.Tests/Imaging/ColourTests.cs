using NetVips;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Modeling.Tests.Imaging;

/// <summary>The same orange, 200 100 50 in sRGB, written in the ways that files write colours.</summary>
public sealed class ColourTests
{
    private static readonly byte[] s_orange = [200, 100, 50];

    /// <summary>16 x 16 pixels of sRGB.</summary>
    private static Image Orange() => Image.Black(16, 16).NewFromImage(200, 100, 50).Copy(interpretation: Enums.Interpretation.Srgb);

    private static void IsOrange(byte[] file, int tolerance)
    {
        var picture = ImageDecoder.Decode(file);
        Assert.Equal((16, 16, 16 * 16 * 3), (picture.Width, picture.Height, picture.Pixels.Length));
        Assert.All(picture.Pixels.Chunk(3), pixel => Assert.All(pixel.Zip(s_orange), pair => Assert.InRange(pair.First, pair.Second - tolerance, pair.Second + tolerance)));
    }

    [Theory]
    [InlineData(".png", 1)]
    [InlineData(".jpg[Q=100]", 3)]
    [InlineData(".webp[lossless]", 1)]
    [InlineData(".avif[lossless]", 2)]
    [InlineData(".tif", 1)]
    public void A_picture_in_Display_P3_is_seen_as_it_is_meant(string suffix, int tolerance)
    {
        using var image = Orange();
        using var wide = image.IccTransform("p3", inputProfile: "srgb");

        // The numbers in the file are others: without its profile they would be another orange.
        Assert.InRange(wide.Getpoint(1, 1)[0], 180, 190);
        IsOrange(wide.WriteToBuffer(suffix), tolerance);
    }

    [Fact]
    public void A_deep_picture_with_a_profile_and_opacity_keeps_all_three()
    {
        using var image = Orange();
        using var wide = image.IccTransform("p3", inputProfile: "srgb", depth: 16);
        using var half = wide.Bandjoin(128 * 257);
        var picture = ImageDecoder.DecodeRgba(half.WriteToBuffer(".png"));
        Assert.All(picture.Pixels[..4].Zip([200, 100, 50, 128]), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 1));
    }

    [Theory]
    [InlineData(Enums.ForeignKeep.All)]
    [InlineData(Enums.ForeignKeep.None)]
    public void A_JPEG_or_TIFF_of_printing_inks_becomes_light(Enums.ForeignKeep keep)
    {
        using var image = Orange();
        using var inks = image.IccTransform("cmyk", inputProfile: "srgb");
        Assert.Equal(4, inks.Bands);
        IsOrange(inks.JpegsaveBuffer(q: 100, keep: keep), 6);
        IsOrange(inks.TiffsaveBuffer(keep: keep), 3);
    }

    [Fact]
    public void A_profile_of_sRGB_changes_nothing()
    {
        using var noise = Image.Gaussnoise(64, 64, sigma: 60, mean: 128);
        using var image = noise.Bandjoin(noise.Rot180(), noise.Rot90()).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        using var labelled = image.Mutate(m => m.Set(GValue.BlobType, "icc-profile-data", Image.ProfileLoad("srgb")));
        Assert.Equal(image.WriteToMemory<byte>(), ImageDecoder.Decode(labelled.WriteToBuffer(".png")).Pixels);
    }

    [Fact]
    public void A_profile_that_is_not_for_such_pictures_is_passed_over()
    {
        using var image = Orange();
        using var wrong = image.Mutate(m => m.Set(GValue.BlobType, "icc-profile-data", Image.ProfileLoad("cmyk")));
        IsOrange(wrong.TiffsaveBuffer(), 0);
    }

    [Theory]
    [InlineData(Enums.Interpretation.Rgb16)]
    [InlineData(Enums.Interpretation.Lab)]
    [InlineData(Enums.Interpretation.Scrgb)]
    public void Other_spaces_and_depths_come_to_the_same(Enums.Interpretation space)
    {
        using var image = Orange();
        using var other = image.Colourspace(space);
        IsOrange(other.TiffsaveBuffer(), 1);
    }

    [Theory]
    [InlineData(Enums.Interpretation.Bw, ".png")]
    [InlineData(Enums.Interpretation.Grey16, ".png")]
    [InlineData(Enums.Interpretation.Bw, ".tif")]
    [InlineData(Enums.Interpretation.Bw, ".jpg[Q=100]")]
    public void Grey_is_three_times_the_same(Enums.Interpretation space, string suffix)
    {
        using var grey = Image.Black(16, 16).NewFromImage(119).Copy(interpretation: Enums.Interpretation.Bw);
        using var other = grey.Colourspace(space);
        Assert.All(ImageDecoder.Decode(other.WriteToBuffer(suffix)).Pixels, value => Assert.InRange(value, 118, 120));
    }

    [Fact]
    public void A_palette_is_looked_up()
    {
        using var image = Orange();
        IsOrange(image.PngsaveBuffer(palette: true), 0);
    }

    [Fact]
    public void Masks_beside_opacity_are_left_out()
    {
        using var image = Orange();
        using var five = image.Bandjoin(255, 7);
        var picture = ImageDecoder.DecodeRgba(five.TiffsaveBuffer());
        Assert.Equal(16 * 16 * 4, picture.Pixels.Length);
        Assert.Equal([200, 100, 50, 255], picture.Pixels[..4]);
    }

    [Fact]
    public void Measurements_are_no_colours()
    {
        using var heights = Image.Black(16, 16).NewFromImage(0.5).Cast(Enums.BandFormat.Float);
        var error = Assert.Throws<PictureException>(() => ImageDecoder.Decode(heights.TiffsaveBuffer()));
        Assert.Equal(PictureError.UnsupportedKind, error.Error);
        Assert.Contains("8 or 16 bits", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".gif")]
    [InlineData(".webp[lossless]")]
    [InlineData(".tif")]
    public void The_first_of_several_frames_or_pages_is_taken(string suffix)
    {
        using var image = Orange();
        using var black = Image.Black(16, 16, 3).Copy(interpretation: Enums.Interpretation.Srgb);
        using var frames = image.Join(black, Enums.Direction.Vertical).Mutate(m => m.Set(GValue.GIntType, "page-height", 16));
        IsOrange(frames.WriteToBuffer(suffix), 0);
    }
}
