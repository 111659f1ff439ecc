using ScottPlot;
using ScottPlot.Palettes;

namespace SparseClip.Vlm.Studies.Plots;

/// <summary>
/// Draws the figures of a report, each as PNG and SVG under one name. Colours are Okabe and Ito's, which readers with a colour deficiency tell apart.
/// </summary>
/// <remarks>Every method takes a path without extension, makes its folder and replaces what was there.</remarks>
public static class PlotWriter
{
    internal const string Font = "DejaVu Sans"; // where it is missing, the system's own

    // Blue, orange, green, vermilion, purple, sky blue. Black is left to the axes, and yellow is too faint on white.
    private static readonly Color[] s_colours = [.. new[] { 5, 1, 3, 6, 7, 2 }.Select(index => new ColorblindFriendly().Colors[index])];

    private static Color Colour(int series) => s_colours[series % s_colours.Length];

    // When the colours begin anew, the lines change.
    private static LinePattern Pattern(int series) => series < s_colours.Length ? LinePattern.Solid : LinePattern.Dashed;

    /// <summary>Lines over a common axis.</summary>
    /// <param name="path">Without extension.</param>
    /// <param name="text">Title and axes.</param>
    /// <param name="lines">At least one.</param>
    /// <exception cref="ArgumentException">There is no line, or one has not as many places as values.</exception>
    public static void Lines(string path, PlotText text, IReadOnlyList<LineSeries> lines)
    {
        RequireSome(lines, nameof(lines));
        using var plot = Start(text);
        foreach (var (line, index) in lines.Select((line, index) => (line, index)))
        {
            if (line.X.Count != line.Y.Count)
            {
                throw new ArgumentException($"The line '{line.Name}' has {line.X.Count} places and {line.Y.Count} values.", nameof(lines));
            }

            var scatter = plot.Add.Scatter(line.X.ToArray(), line.Y.ToArray(), Colour(index));
            scatter.LegendText = line.Name;
            scatter.LineWidth = 2;
            scatter.LinePattern = Pattern(index);
            scatter.MarkerSize = line.X.Count <= 30 ? 6 : 0;
        }

        ShowLegend(plot, lines.Count);
        Finish(path, plot);
    }

    /// <summary>Points with their names beside them, which cover neither each other nor a point.</summary>
    /// <param name="path">Without extension.</param>
    /// <param name="text">Title and axes.</param>
    /// <param name="points">At least one.</param>
    /// <exception cref="ArgumentException">There is no point.</exception>
    public static void Scatter(string path, PlotText text, IReadOnlyList<LabelledPoint> points)
    {
        RequireSome(points, nameof(points));
        using var plot = Start(text);
        var markers = plot.Add.ScatterPoints(points.Select(point => point.X).ToArray(), points.Select(point => point.Y).ToArray(), Colour(0));
        markers.MarkerSize = 9;
        plot.Axes.Margins(0.12, 0.15);
        plot.Font.Set(Font);
        PointLabels.Add(plot, points);
        Finish(path, plot);
    }

    private static Plot Start(PlotText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plot = new Plot();
        plot.Title(text.Title, size: 18);
        plot.XLabel(text.XLabel, size: 15);
        plot.YLabel(text.YLabel, size: 15);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        return plot;
    }

    private static void Finish(string path, Plot plot)
    {
        plot.Font.Set(Font);
        PlotFile.Write(path, plot);
    }

    /// <summary>Beside the data, where it can cover nothing.</summary>
    private static void ShowLegend(Plot plot, int series)
    {
        if (series > 1)
        {
            plot.Legend.FontSize = 13;
            plot.Legend.SymbolWidth = 30;
            plot.Legend.OutlineWidth = 0;
            plot.Legend.ShadowColor = Colors.Transparent;
            plot.ShowLegend(Edge.Right);
        }
    }

    private static void RequireSome<T>(IReadOnlyList<T> things, string parameter)
    {
        ArgumentNullException.ThrowIfNull(things, parameter);
        if (things.Count == 0)
        {
            throw new ArgumentException("There is nothing to draw.", parameter);
        }
    }
}
