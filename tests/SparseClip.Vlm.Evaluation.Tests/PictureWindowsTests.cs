
namespace SparseClip.Vlm.Evaluation.Tests;

public sealed class PictureWindowsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 4, 1)]
    [InlineData(3, 4, 2)]
    [InlineData(6, 16, 3)]
    [InlineData(7, 16, 4)]
    public void The_whole_picture_and_every_square_of_half_its_side(int grid, int squares, int side)
    {
        var windows = PictureWindows.Weights(grid);

        Assert.Equal(1 + squares, windows.Length);
        Assert.All(windows, window => Assert.Equal(1, window.Sum(), 1e-5));
        Assert.All(windows[0], weight => Assert.Equal(1f / (grid * grid), weight));
        Assert.All(windows.Skip(1), window => Assert.Equal(side * side, window.Count(weight => weight > 0)));
        Assert.Equal(squares, windows.Skip(1).Select(window => string.Join(' ', window)).Distinct().Count());
        Assert.All(Enumerable.Range(0, grid * grid), cell => Assert.Contains(windows.Skip(1), window => window[cell] > 0));
    }

    [Fact]
    public void A_window_is_a_square()
    {
        var last = PictureWindows.Weights(3)[^1];
        Assert.Equal([0, 0, 0, 0, 0.25f, 0.25f, 0, 0.25f, 0.25f], last);
    }
}
