using SparseClip.Vlm.Formats.Pictures;

namespace SparseClip.Vlm.Formats.Tests.Pictures;

public sealed class PictureFormatsTests
{
    [Fact]
    public void Every_kind_has_a_name_and_a_media_type_of_its_own()
    {
        var formats = Enum.GetValues<PictureFormat>();
        Assert.Equal(formats.Length, formats.Select(PictureFormats.Name).Distinct().Count());
        Assert.Equal(formats.Length, formats.Select(PictureFormats.MediaType).Distinct().Count());
        Assert.Equal("image/jpeg", PictureFormat.Jpeg.MediaType());
    }

    [Theory]
    [InlineData(PictureFormat.Heic, "HEIC is not read; send JPEG or PNG.")]
    [InlineData(PictureFormat.Svg, "SVG is not read; send JPEG or PNG.")]
    [InlineData(PictureFormat.CameraRaw, "A camera's raw file is not read; send JPEG or PNG.")]
    public void A_kind_that_is_not_read_is_named(PictureFormat format, string wanted) =>
        Assert.Equal(wanted, PictureFormats.Refusal(format, isEmpty: false));

    [Fact]
    public void What_is_of_no_kind_is_told_what_is_read()
    {
        Assert.Equal("JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP", PictureFormats.Accepted);
        Assert.Equal($"This file is not a picture of a known kind; send a {PictureFormats.Accepted} file.", PictureFormats.Refusal(null, isEmpty: false));
        Assert.Equal($"The picture is empty (0 bytes); send a {PictureFormats.Accepted} file.", PictureFormats.Refusal(null, isEmpty: true));
    }

    [Fact]
    public void A_kind_that_is_read_is_not_refused() =>
        Assert.All(Enum.GetValues<PictureFormat>().Where(PictureFormats.IsRead), format => Assert.Null(PictureFormats.Refusal(format, isEmpty: false)));
}
