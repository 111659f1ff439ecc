using SparseClip.Vlm.Core.Geometry;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Modeling.Tests.Imaging;

public sealed class SquarePolicyTests
{
    private static RgbPicture Filled(int width, int height, Func<int, int, byte> red)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            pixels[3 * i] = red(i % width, i / width);
        }

        return new RgbPicture(width, height, pixels);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("3")]
    public void Resizing_agrees_with_the_preprocessor_of_published_CLIPs(string name)
    {
        var picture = ImageDecoder.Decode(File.ReadAllBytes(RepositoryFiles.Fixture("imaging", name + ".png")));
        using var file = SafetensorsFile.Open(RepositoryFiles.Fixture("imaging", "bicubic.safetensors"));
        var expected = file.LoadFloats(name); // [3, 64, 64]: shorter side to 64, central square

        var shorter = Math.Min(picture.Width, picture.Height);
        var (width, height) = (64 * picture.Width / shorter, 64 * picture.Height / shorter);
        var resized = new RgbPicture(width, height, BicubicResizer.Resize(picture, new PixelRectangle(0, 0, picture.Width, picture.Height), width, height));
        var square = BicubicResizer.Resize(resized, new PixelRectangle((width - 64) / 2, (height - 64) / 2, 64, 64), 64, 64);
        var values = new float[3 * 64 * 64];
        PublishedNormalization.Clip.Apply(square, values);

        for (var i = 0; i < values.Length; i++)
        {
            var levels = Math.Abs(values[i] - expected[i]) * PublishedNormalization.Clip.Std[i / 4096];
            Assert.True(levels <= 2, $"value {i} is off by {levels} of 255");
        }
    }

    [Fact]
    public void A_nearly_square_picture_is_cropped_to_its_centre()
    {
        var (pixels, mapping) = SquarePolicy.Apply(Filled(120, 100, (x, _) => x is < 10 or >= 110 ? (byte)255 : (byte)0), 50);
        Assert.Equal(new SquareMapping(120, 100, 10, 0, 100), mapping);
        Assert.All(pixels, p => Assert.Equal(0, p));
    }

    [Fact]
    public void A_long_picture_is_padded_with_the_mean_of_its_border()
    {
        var (pixels, mapping) = SquarePolicy.Apply(Filled(200, 100, (x, y) => x is 0 or 199 || y is 0 or 99 ? (byte)80 : (byte)200), 100);
        Assert.Equal(new SquareMapping(200, 100, 0, -50, 200), mapping);
        Assert.Equal(80, pixels[0]);
        Assert.Equal(80, pixels[^3]);
        Assert.Equal(200, pixels[((50 * 100) + 50) * 3]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(500, 3)]
    [InlineData(33, 32)]
    public void Pictures_of_any_shape_fill_the_square(int width, int height)
    {
        var values = new float[3 * 32 * 32];
        PublishedNormalization.EfficientNetLite.Apply(SquarePolicy.Apply(Filled(width, height, (_, _) => 127), 32).Pixels, values);
        Assert.All(values[..1024], v => Assert.Equal(0, v, 1e-6f));
        Assert.All(values[1024..], v => Assert.Equal(-127f / 128, v, 1e-6f));
    }

    [Fact]
    public void A_normalisation_fills_no_more_and_no_less_than_its_bytes() =>
        Assert.Throws<ArgumentException>(() => PublishedNormalization.Clip.Apply(new byte[12], new float[9]));
}
