using System.Numerics;
using System.Text;
using NetVips;
using SparseClip.Vlm.Data.Building;
using SparseClip.Vlm.Data.Sources;

namespace SparseClip.Vlm.Data.Tests.Building;

public class PictureRasterizerTests
{
    [Fact]
    public void Margins_are_kept_or_trimmed_as_asked()
    {
        byte[] page = Svg("<rect x=\"40\" y=\"40\" width=\"20\" height=\"10\" fill=\"red\"/>");

        using Image kept = Image.NewFromBuffer(PictureRasterizer.Icon(page, 80, trim: false));
        using Image trimmed = Image.NewFromBuffer(PictureRasterizer.Icon(page, 80, trim: true));

        Assert.Equal((80, 80), (kept.Width, kept.Height));
        Assert.Equal(80, trimmed.Width);
        Assert.InRange(trimmed.Height, 36, 48);
    }

    [Theory]
    [InlineData("<g/>")]
    [InlineData("<rect width=\"50\" height=\"50\" fill=\"red\" opacity=\"0.01\"/>")]
    public void What_nobody_can_see_is_unusable(string body) =>
        Assert.Throws<UnusablePictureException>(() => PictureRasterizer.Icon(Svg(body), 80, trim: true));

    [Fact]
    public void Text_is_unusable() => Assert.Throws<UnusablePictureException>(() => PictureRasterizer.Icon(Encoding.UTF8.GetBytes("hello"), 80, trim: false));

    [Fact]
    public void A_background_is_scaled_by_its_shorter_side()
    {
        using Image black = Image.Black(100, 50, bands: 3);

        using Image background = Image.NewFromBuffer(PictureRasterizer.Background(black.PngsaveBuffer(), 64));

        Assert.Equal((128, 64, 3), (background.Width, background.Height, background.Bands));
    }

    [Fact]
    public void The_hash_tells_different_drawings_apart_and_ignores_size()
    {
        byte[] left = Svg("<rect x=\"5\" y=\"20\" width=\"30\" height=\"60\"/>"), right = Svg("<circle cx=\"70\" cy=\"30\" r=\"25\"/>");

        ulong small = Hash(left, 64), large = Hash(left, 160), other = Hash(right, 160);

        Assert.InRange(BitOperations.PopCount(small ^ large), 0, 3);
        Assert.InRange(BitOperations.PopCount(large ^ other), 4, 64);
    }

    private static ulong Hash(byte[] svg, int size) => PictureRasterizer.DifferenceHash(PictureRasterizer.Icon(svg, size, trim: false));

    private static byte[] Svg(string body) => Encoding.UTF8.GetBytes($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"100\" viewBox=\"0 0 100 100\">{body}</svg>");
}
