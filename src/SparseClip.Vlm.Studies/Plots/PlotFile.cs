using System.Text;
using ScottPlot;
using SparseClip.Vlm.Core.Files;

namespace SparseClip.Vlm.Studies.Plots;

/// <summary>Writes a plot as PNG and SVG. A file appears under its name only when it is whole: it is written beside as `*.partial` and renamed.</summary>
internal static class PlotFile
{
    public const int Width = 900;
    public const int Height = 560;

    /// <param name="path">Where to, without extension; the folder is made.</param>
    /// <param name="plot">What to draw.</param>
    public static void Write(string path, Plot plot)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        WholeFile.Write(path + ".png", beside => File.WriteAllBytes(beside, plot.GetImage(Width, Height).GetImageBytes(ImageFormat.Png)));
        WholeFile.Write(path + ".svg", beside => File.WriteAllBytes(beside, Encoding.UTF8.GetBytes(plot.GetSvgXml(Width, Height))));
    }
}
