using ScottPlot;

namespace SparseClip.Vlm.Studies.Plots;

/// <summary>Writes the names of points into a plot, with a thin line to the point where a name had to move away from it.</summary>
internal static class PointLabels
{
    private const float FontSize = 13;
    private const double FarAway = 14; // pixels from which on a line leads to the point

    /// <param name="plot">A plot with its points, axes and fonts; its limits are fixed from now on.</param>
    /// <param name="points">The points and their names.</param>
    public static void Add(Plot plot, IReadOnlyList<LabelledPoint> points)
    {
        plot.RenderInMemory(PlotFile.Width, PlotFile.Height);
        plot.Axes.SetLimits(plot.Axes.GetLimits());
        var area = plot.LastRender.DataRect;
        var frame = new LabelBox(area.Left, area.Top, area.Width, area.Height);
        var places = points.Select(point => plot.GetPixel(new Coordinates(point.X, point.Y))).Select(pixel => ((double)pixel.X, (double)pixel.Y)).ToList();
        var boxes = LabelPlacement.Place(places, Sizes(points), frame);
        foreach (var (point, (box, place)) in points.Zip(boxes.Zip(places)))
        {
            var (x, y) = box.Nearest(place.Item1, place.Item2);
            if (Math.Abs(x - place.Item1) + Math.Abs(y - place.Item2) > FarAway)
            {
                var line = plot.Add.Line(new Coordinates(point.X, point.Y), plot.GetCoordinates((float)x, (float)y));
                line.LineColor = Colors.Gray;
                line.LineWidth = 1;
            }

            var label = plot.Add.Text(point.Label, plot.GetCoordinates((float)box.Left, (float)(box.Top + (box.Height / 2))));
            label.LabelAlignment = Alignment.MiddleLeft;
            label.LabelFontName = PlotWriter.Font;
            label.LabelFontSize = FontSize;
        }
    }

    private static List<(double Width, double Height)> Sizes(IReadOnlyList<LabelledPoint> points)
    {
        using var paint = Paint.NewDisposablePaint();
        return [.. points.Select(point =>
        {
            var style = new LabelStyle { Text = point.Label, FontName = PlotWriter.Font, FontSize = FontSize };
            var size = style.Measure(paint).Size;
            return ((double)size.Width, (double)size.Height);
        })];
    }
}
