using CsCheck;
using SparseClip.Vlm.Core.Geometry;

namespace SparseClip.Vlm.Core.Tests.Geometry;

public sealed class SquareMappingTests
{
    [Fact]
    public void The_corners_of_the_square_are_its_own_zero_and_one() => Gen.Select(
        Gen.Int[1, 3000], Gen.Int[1, 3000], Gen.Double[-1000, 1000], Gen.Double[-1000, 1000], Gen.Double[1, 3000]).Sample((width, height, left, top, side) =>
    {
        var mapping = new SquareMapping(width, height, left, top, side);
        var (x, y) = mapping.ToSquare(left / width, top / height);
        Assert.Equal((0, 0), (x, y), Within);
        var (x1, y1) = mapping.ToSquare((left + side) / width, (top + side) / height);
        Assert.Equal((1, 1), (x1, y1), Within);
    });

    [Fact]
    public void Regions_cover_the_patches_they_lie_on()
    {
        // Half as high as wide: padded by a quarter of the square above and below.
        var padded = new SquareMapping(200, 100, 0, -50, 200);
        Assert.Equal([0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0], padded.PatchCoverage(0, 0, 0.5, 1, 4));

        // Cropped to the middle: the picture's left edge lies outside, its middle in the middle.
        var cropped = new SquareMapping(120, 100, 10, 0, 100);
        Assert.Equal(0, cropped.PatchCoverage(0, 0, 10.0 / 120, 1, 4).Sum(), 1e-5f);
        Assert.Equal([1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0], cropped.PatchCoverage(0, 0, 0.5, 1, 4));
        var whole = new SquareMapping(64, 64, 0, 0, 64);
        Assert.Equal(0.25f, whole.PatchCoverage(0, 0, 0.125, 0.125, 4)[0], 1e-6f);
        Assert.Equal(16, whole.PatchCoverage(0, 0, 1, 1, 4).Sum(), 1e-5f);
    }

    private static bool Within((double X, double Y) one, (double X, double Y) other) => Math.Abs(one.X - other.X) < 1e-6 && Math.Abs(one.Y - other.Y) < 1e-6;
}
