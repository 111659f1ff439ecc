using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Modeling.Tests.Imaging;

public sealed class PreprocessTests
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
        Preprocess.Normalize(square, PixelNormalization.Clip, values);

        for (var i = 0; i < values.Length; i++)
        {
            var levels = Math.Abs(values[i] - expected[i]) * PixelNormalization.Clip.Std[i / 4096];
            Assert.True(levels <= 2, $"value {i} is off by {levels} of 255");
        }
    }

    [Fact]
    public void A_nearly_square_picture_is_cropped_to_its_centre()
    {
        var (pixels, mapping) = SquarePolicy.Apply(Filled(120, 100, (x, _) => x is < 10 or >= 110 ? (byte)255 : (byte)0), 50);
        Assert.Equal(new SquareMapping(120, 100, 10, 0, 100), mapping);
        Assert.True(mapping.IsCropped);
        Assert.All(pixels, p => Assert.Equal(0, p));
    }

    [Fact]
    public void A_long_picture_is_padded_with_the_mean_of_its_border()
    {
        var (pixels, mapping) = SquarePolicy.Apply(Filled(200, 100, (x, y) => x is 0 or 199 || y is 0 or 99 ? (byte)80 : (byte)200), 100);
        Assert.Equal(new SquareMapping(200, 100, 0, -50, 200), mapping);
        Assert.False(mapping.IsCropped);
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
        var (values, _) = Preprocess.ToTensorData(Filled(width, height, (_, _) => 127), 32, PixelNormalization.EfficientNetLite);
        Assert.Equal(3 * 32 * 32, values.Length);
        Assert.All(values[..1024], v => Assert.Equal(0, v, 1e-6f));
        Assert.All(values[1024..], v => Assert.Equal(-127f / 128, v, 1e-6f));
    }

    [Fact]
    public void Mapping_there_and_back_is_the_identity() => CsCheck.Check.Sample(
        CsCheck.Gen.Select(CsCheck.Gen.Int[1, 3000], CsCheck.Gen.Int[1, 3000], CsCheck.Gen.Double.Unit, CsCheck.Gen.Double.Unit),
        (width, height, x, y) =>
        {
            var mapping = SquarePolicy.Map(width, height);
            var (u, v) = mapping.ToSquare(x, y);
            var (x2, y2) = mapping.ToPicture(u, v);
            Assert.Equal(x, x2, 1e-9);
            Assert.Equal(y, y2, 1e-9);
        });

    [Fact]
    public void Regions_cover_the_patches_they_lie_on()
    {
        var padded = SquarePolicy.Map(200, 100);
        Assert.Equal([0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0], padded.PatchCoverage(0, 0, 0.5, 1, 4));
        var square = SquarePolicy.Map(64, 64);
        Assert.Equal(0.25f, square.PatchCoverage(0, 0, 0.125, 0.125, 4)[0], 1e-6f);
        Assert.Equal(16, square.PatchCoverage(0, 0, 1, 1, 4).Sum(), 1e-5f);
    }

    [Fact]
    public void A_batch_is_its_pictures_one_after_the_other()
    {
        var pictures = new[] { Filled(40, 30, (x, y) => (byte)(x * y)), Filled(30, 64, (x, y) => (byte)(x + y)) };
        var batch = Preprocess.ToTensorData(pictures, 16, PixelNormalization.Clip, TestContext.Current.CancellationToken);
        Assert.Equal(pictures.SelectMany(p => Preprocess.ToTensorData(p, 16, PixelNormalization.Clip).Values), batch);
    }
}
