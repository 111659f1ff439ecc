namespace SparseClip.Vlm.Studies.Plots;

/// <summary>Where the name of a point stands, in pixels from the upper left corner of a plot.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal readonly record struct LabelBox(double Left, double Top, double Width, double Height)
{
    /// <summary>The area that two boxes share, in square pixels.</summary>
    public double Overlap(LabelBox other) =>
        Math.Max(0, Math.Min(Left + Width, other.Left + other.Width) - Math.Max(Left, other.Left))
        * Math.Max(0, Math.Min(Top + Height, other.Top + other.Height) - Math.Max(Top, other.Top));

    /// <summary>The place in the box that is nearest to another place.</summary>
    public (double X, double Y) Nearest(double x, double y) => (Math.Clamp(x, Left, Left + Width), Math.Clamp(y, Top, Top + Height));
}

/// <summary>
/// Puts names beside their points so that they cover neither each other nor a point, nearest places first. Greedy: each name takes the best of some
/// places around its point, the points with the nearest neighbours first.
/// </summary>
internal static class LabelPlacement
{
    private const double Gap = 8; // pixels between a point and its name
    private const double Marker = 10; // side of a point
    private const double OutsideWeight = 20; // a square pixel outside the frame against one that is covered
    private const int Rings = 12;

    // Right, left, above, below and the four between, as the direction of the name's middle.
    private static readonly (double X, double Y)[] s_directions = [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)];

    /// <param name="points">The points in pixels.</param>
    /// <param name="sizes">The names' widths and heights in pixels, one a point.</param>
    /// <param name="frame">What the names should stay in.</param>
    /// <returns>One box a point.</returns>
    public static LabelBox[] Place(IReadOnlyList<(double X, double Y)> points, IReadOnlyList<(double Width, double Height)> sizes, LabelBox frame)
    {
        var boxes = new LabelBox[points.Count];
        var taken = points.Select(point => new LabelBox(point.X - (Marker / 2), point.Y - (Marker / 2), Marker, Marker)).ToList();
        foreach (var i in Enumerable.Range(0, points.Count).OrderBy(i => Nearest(points, i)))
        {
            boxes[i] = Candidates(points[i], sizes[i]).MinBy(box => Cost(box, points[i], taken, frame));
            taken.Add(boxes[i]);
        }

        return boxes;
    }

    private static double Nearest(IReadOnlyList<(double X, double Y)> points, int point) => points
        .Where((_, other) => other != point).Select(other => Math.Abs(other.X - points[point].X) + Math.Abs(other.Y - points[point].Y)).DefaultIfEmpty(0).Min();

    private static IEnumerable<LabelBox> Candidates((double X, double Y) point, (double Width, double Height) size)
    {
        for (var ring = 0; ring < Rings; ring++)
        {
            var away = Gap + (ring * size.Height * 0.75);
            foreach (var (x, y) in s_directions)
            {
                var (middleX, middleY) = (point.X + (x * (away + (size.Width / 2))), point.Y + (y * (away + (size.Height / 2))));
                yield return new LabelBox(middleX - (size.Width / 2), middleY - (size.Height / 2), size.Width, size.Height);
            }
        }
    }

    /// <summary>What is covered or cut off counts most; of places without that the nearest is best, and of those the first.</summary>
    private static double Cost(LabelBox box, (double X, double Y) point, List<LabelBox> taken, LabelBox frame)
    {
        var covered = taken.Sum(box.Overlap);
        var outside = (box.Width * box.Height) - box.Overlap(frame);
        var (x, y) = box.Nearest(point.X, point.Y);
        return (1000 * (covered + (OutsideWeight * outside))) + Math.Abs(x - point.X) + Math.Abs(y - point.Y);
    }
}
