namespace SparseClip.Vlm.Core.Geometry;

/// <summary>
/// Where the square that a tower sees lies in the picture. All positions are shares of the picture's or the square's sides, 0..1
/// from the left and the top; a square that is larger than the picture (padded) begins below 0.
/// </summary>
/// <param name="PictureWidth">Pixels.</param>
/// <param name="PictureHeight">Pixels.</param>
/// <param name="Left">Left edge of the square in pixels of the picture; negative where it was padded.</param>
/// <param name="Top">Top edge of the square in pixels of the picture; negative where it was padded.</param>
/// <param name="Side">Side of the square in pixels of the picture.</param>
public readonly record struct SquareMapping(int PictureWidth, int PictureHeight, double Left, double Top, double Side)
{
    /// <summary>From a position in the picture to one in the square; outside 0..1 where it was cropped away.</summary>
    public (double X, double Y) ToSquare(double x, double y) =>
        (((x * PictureWidth) - Left) / Side, ((y * PictureHeight) - Top) / Side);

    /// <summary>Shares of each patch's area that lie in a region of the picture.</summary>
    /// <param name="x0">Left edge, 0..1 of the picture.</param>
    /// <param name="y0">Top edge.</param>
    /// <param name="x1">Right edge.</param>
    /// <param name="y1">Bottom edge.</param>
    /// <param name="grid">Patches along a side.</param>
    /// <returns>[grid * grid], row-major, 0..1.</returns>
    public float[] PatchCoverage(double x0, double y0, double x1, double y1, int grid)
    {
        var (left, top) = ToSquare(x0, y0);
        var (right, bottom) = ToSquare(x1, y1);
        var shares = new float[grid * grid];
        for (var row = 0; row < grid; row++)
        {
            for (var column = 0; column < grid; column++)
            {
                shares[(row * grid) + column] = (float)(Overlap(left, right, column, grid) * Overlap(top, bottom, row, grid));
            }
        }

        return shares;
    }

    private static double Overlap(double low, double high, int cell, int grid) =>
        Math.Max(0, Math.Min(high * grid, cell + 1) - Math.Max(low * grid, cell));
}
