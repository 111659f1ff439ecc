using System.Text.Json;
using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>What a long work has found so far, as it comes, one JSON object a line behind a head, so that the same command goes on where it stopped. Not thread-safe.</summary>
/// <typeparam name="THead">What all that is found depends on.</typeparam>
/// <typeparam name="TLine">What is found.</typeparam>
internal sealed class KeptLines<THead, TLine> : IDisposable where THead : class where TLine : class
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };
    private readonly StreamWriter _writer;

    /// <summary>Opens the file to go on; what a stop left of the last line is dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">What is found depends on it.</param>
    /// <param name="isSame">Whether what stands under another head may be kept; all is dropped where it may not.</param>
    /// <param name="again">What to do with a file that cannot be read.</param>
    public KeptLines(string path, THead head, Func<THead, bool> isSame, string again)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var known = File.Exists(path) ? Whole(path) : [];
        var isKept = known.Count > 0 && Parse<THead>(known[0]) is { } other && isSame(other);
        known = [JsonSerializer.Serialize(head, s_options), .. isKept ? known.Skip(1) : []];
        WholeFile.Write(path, beside => File.WriteAllLines(beside, known));
        Known = Lines(path, known, again);
        _writer = new StreamWriter(path, append: true) { AutoFlush = true };
    }

    /// <summary>What was found before.</summary>
    public IReadOnlyList<TLine> Known { get; }

    /// <summary>All of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="again">What to do with a file that cannot be read.</param>
    /// <exception cref="KeptLinesException">It cannot be read or is no such file.</exception>
    public static (THead Head, IReadOnlyList<TLine> Lines) Read(string path, string again)
    {
        try
        {
            var lines = Whole(path);
            return lines.Count > 0 && Parse<THead>(lines[0]) is { } head ? (head, Lines(path, lines, again)) : throw new KeptLinesException($"{path} holds nothing of the kind. {again}", null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeptLinesException($"{path} cannot be read: {error.Message}", error);
        }
    }

    public void Add(TLine line) => _writer.WriteLine(JsonSerializer.Serialize(line, s_options));

    public void Dispose() => _writer.Dispose();

    private static List<TLine> Lines(string path, List<string> known, string again) =>
        [.. known.Skip(1).Select((text, place) => Parse<TLine>(text) ?? throw new KeptLinesException($"{path}, line {place + 2} cannot be read. {again}", null))];

    /// <summary>The lines that end.</summary>
    private static List<string> Whole(string path)
    {
        var text = File.ReadAllText(path);
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static T? Parse<T>(string text) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A file of what a long work has found that cannot be used.</summary>
internal sealed class KeptLinesException(string message, Exception? inner) : SparseClipException(message, inner);
