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
        Assert.Throws<ArgumentException>(() => PlotWriter.Scatter(path, Text, []));
        Assert.Empty(_folder.GetFiles());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
