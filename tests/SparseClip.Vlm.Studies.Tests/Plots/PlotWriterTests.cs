using System.Xml.Linq;
using SparseClip.Vlm.Studies.Plots;

namespace SparseClip.Vlm.Studies.Tests.Plots;

public sealed class PlotWriterTests : IDisposable
{
    private static readonly PlotText Text = new("A title", "steps", "share");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-test-");

    public static TheoryData<string, Action<string>> Plots => new()
    {
        { "lines", path => PlotWriter.Lines(path, Text, [new("first", [1, 2, 3], [1, double.NaN, 3]), new("second", [1, 2, 3], [3, 2, 1])]) },
        { "histogram", path => PlotWriter.Histogram(path, Text, [0, 0.2, 0.7, 1, double.NaN], 5, 0, 1) },
        { "bars", path => PlotWriter.GroupedBars(path, Text, ["here", "there"], [new("first", [1, 2]), new("second", [double.NaN, 3])]) },
        { "scatter", path => PlotWriter.Scatter(path, Text, [new("near", 1, 2), new("far", 5, 3)]) },
    };

    [Theory]
    [MemberData(nameof(Plots))]
    public void A_plot_is_a_PNG_and_an_SVG_and_nothing_half_written(string name, Action<string> write)
    {
        var path = Path.Combine(_folder.FullName, "figures", name);
        write(path);
        write(path); // over the old one
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path + ".png")[..4]);
        Assert.Equal("svg", XDocument.Load(path + ".svg").Root!.Name.LocalName);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);
    }

    [Fact]
    public void Nothing_to_draw_and_lengths_that_differ_are_refused()
    {
        var path = Path.Combine(_folder.FullName, "none");
        Assert.Throws<ArgumentException>(() => PlotWriter.Lines(path, Text, []));
        Assert.Throws<ArgumentException>(() => PlotWriter.Lines(path, Text, [new("line", [1, 2], [1])]));
        Assert.Throws<ArgumentException>(() => PlotWriter.Histogram(path, Text, [double.NaN], 5));
        Assert.Throws<ArgumentException>(() => PlotWriter.GroupedBars(path, Text, ["one"], [new("series", [1, 2])]));
        Assert.Throws<ArgumentException>(() => PlotWriter.Scatter(path, Text, []));
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void Histogram_counts_by_hand()
    {
        var counts = HistogramCounts.Of([0, 0.4, 0.5, 1, 2, double.PositiveInfinity], 2, 0, 1);
        Assert.Equal((0, 0.5), (counts.Lowest, counts.BinWidth));
        Assert.Equal([2, 2], counts.Counts);
        Assert.Equal([3, 0], HistogramCounts.Of([7, 7, 7], 2, null, null).Counts);
        Assert.Throws<ArgumentException>(() => HistogramCounts.Of([1], 2, 5, 4));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
