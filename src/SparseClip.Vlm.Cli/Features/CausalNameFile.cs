using SparseClip.Vlm.Cli.Common;

namespace SparseClip.Vlm.Cli.Features;

/// <summary>What the language model answered about features, as it comes, so that a long work goes on where it stopped. Not thread-safe.</summary>
internal sealed class CausalNameFile : IDisposable
{
    private const string Again = "Delete the file and make it again with 'sparseclip features causal'.";
    private readonly KeptLines<Head, Line> _lines;

    /// <summary>Opens the file to go on; what a stop left of the last line is dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recipe">What the answers depend on; those of another one are dropped.</param>
    /// <param name="blind">What was answered about the picture without any feature.</param>
    public CausalNameFile(string path, string recipe, string blind)
    {
        _lines = new KeptLines<Head, Line>(path, new Head(recipe, blind), head => head.Recipe == recipe, Again);
        Known = Names(_lines.Known);
    }

    /// <summary>The answers by feature.</summary>
    public IReadOnlyDictionary<int, string> Known { get; }

    /// <summary>All answers of a file.</summary>
    /// <exception cref="KeptLinesException">It cannot be read or is no such file.</exception>
    /// <returns>What was answered about the picture without any feature, and the answers by feature.</returns>
    public static (string Blind, IReadOnlyDictionary<int, string> Answers) Read(string path)
    {
        var (head, lines) = KeptLines<Head, Line>.Read(path, Again);
        return (head.Blind, Names(lines));
    }

    public void Add(int feature, string answer) => _lines.Add(new Line(feature, answer));

    public void Dispose() => _lines.Dispose();

    /// <summary>A feature that was asked about twice has the later answer.</summary>
    private static Dictionary<int, string> Names(IReadOnlyList<Line> lines) => lines.GroupBy(line => line.Feature).ToDictionary(same => same.Key, same => same.Last().Answer);

    private sealed record Head(string Recipe, string Blind);

    private sealed record Line(int Feature, string Answer);
}
