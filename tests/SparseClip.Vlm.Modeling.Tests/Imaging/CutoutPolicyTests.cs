using SparseClip.Vlm.Core.Geometry;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Modeling.Tests.Imaging;

public class CutoutPolicyTests
{
    [Fact]
    public void A_cut_out_picture_stands_on_white_with_its_visible_part_at_90_percent()
    {
        // A red block of 36 x 18 in a transparent picture of 100 x 60.
        var (pixels, mapping) = CutoutPolicy.Apply(Block(100, 60, left: 10, top: 20, width: 36, height: 18), 40);
        Assert.Equal(new SquareMapping(100, 60, 8, 9, 40), mapping);
        Assert.Equal((255, 255, 255), Pixel(pixels, 40, 0, 0));
        Assert.Equal((255, 0, 0), Pixel(pixels, 40, 20, 20));
        Assert.Equal((255, 255, 255), Pixel(pixels, 40, 20, 5));
        Assert.Equal((255, 0, 0), Pixel(pixels, 40, 2, 12));
    }

    [Fact]
    public void An_opaque_picture_goes_by_the_square_policy()
    {
        var opaque = Block(50, 40, 0, 0, 50, 40);
        Assert.Equal(SquarePolicy.Map(50, 40), CutoutPolicy.Apply(opaque, 16).Mapping);
        Assert.Equal(56, CutoutPolicy.Apply(opaque, 16, isCutout: true).Mapping.Side);
    }

    [Theory]
    [InlineData(63, 20)]
    [InlineData(64, 40)]
    [InlineData(1, 20)]
    public void A_faint_shadow_does_not_count_as_visible(byte opacity, int wantedSide)
    {
        // An opaque block of 18 x 18 whose shadow makes it 36 wide.
        var picture = Block(60, 60, left: 10, top: 20, width: 18, height: 18);
        for (var x = 28; x < 46; x++)
        {
            picture.Pixels[(((30 * 60) + x) * 4) + 3] = opacity;
        }

        Assert.Equal(wantedSide, CutoutPolicy.Apply(picture, 40).Mapping.Side);
    }

    [Fact]
    public void What_is_wholly_transparent_is_white() =>
        Assert.All(CutoutPolicy.Apply(Block(20, 20, 0, 0, 0, 0), 8).Pixels, value => Assert.Equal(255, value));

    private static (int, int, int) Pixel(byte[] pixels, int size, int x, int y)
    {
        var at = ((y * size) + x) * 3;
        return (pixels[at], pixels[at + 1], pixels[at + 2]);
    }

    private static RgbaPicture Block(int pictureWidth, int pictureHeight, int left, int top, int width, int height)
    {
        var pixels = new byte[pictureWidth * pictureHeight * 4];
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                var at = ((y * pictureWidth) + x) * 4;
                (pixels[at], pixels[at + 3]) = (255, 255);
            }
        }

        return new RgbaPicture(pictureWidth, pictureHeight, pixels);
    }
}
