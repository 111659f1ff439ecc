using System.Text.Json;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Cli.Features;

/// <summary>What the language model answered about features, as it comes, one JSON object a line, so that a long work goes on where it stopped. Not thread-safe.</summary>
internal sealed class CausalNameFile : IDisposable
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };
    private readonly StreamWriter _writer;

    /// <summary>Opens the file to go on; what a stop left of the last line is dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recipe">What the answers depend on; those of another one are dropped.</param>
    /// <param name="blind">What was answered about the picture without any feature.</param>
    public CausalNameFile(string path, string recipe, string blind)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var known = File.Exists(path) ? Whole(path) : [];
        var isSame = known.Count > 0 && Parse<Head>(known[0])?.Recipe == recipe;
        known = [JsonSerializer.Serialize(new Head(recipe, blind), s_options), .. isSame ? known.Skip(1) : []];
        File.WriteAllLines(path + ".partial", known);
        File.Move(path + ".partial", path, overwrite: true);
        Known = Names(path, known.Skip(1));
        _writer = new StreamWriter(path, append: true) { AutoFlush = true };
    }

    /// <summary>The answers by feature.</summary>
    public IReadOnlyDictionary<int, string> Known { get; }

    /// <summary>All answers of a file.</summary>
    /// <exception cref="CausalNameFileException">It cannot be read or is no such file.</exception>
    /// <returns>What was answered about the picture without any feature, and the answers by feature.</returns>
    public static (string Blind, IReadOnlyDictionary<int, string> Answers) Read(string path)
    {
        try
        {
            var lines = Whole(path);
            return lines.Count > 0 && Parse<Head>(lines[0])?.Blind is { } blind
                ? (blind, Names(path, lines.Skip(1)))
                : throw new CausalNameFileException($"{path} holds no answers about features. Make it with 'sparseclip features causal'.", null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CausalNameFileException($"{path} cannot be read: {error.Message}", error);
        }
    }

    public void Add(int feature, string answer) => _writer.WriteLine(JsonSerializer.Serialize(new Line(feature, answer), s_options));

    public void Dispose() => _writer.Dispose();

    private static Dictionary<int, string> Names(string path, IEnumerable<string> lines)
    {
        var names = new Dictionary<int, string>();
        foreach (var text in lines)
        {
            var line = Parse<Line>(text) ?? throw new CausalNameFileException($"{path}, line {names.Count + 2} is no answer about a feature. Delete the file and make it again with 'sparseclip features causal'.", null);
            names[line.Feature] = line.Answer;
        }

        return names;
    }

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

    private sealed record Head(string Recipe, string Blind);

    private sealed record Line(int Feature, string Answer);
}

/// <summary>A file of answers about features that cannot be used.</summary>
internal sealed class CausalNameFileException(string message, Exception? inner) : SparseClipException(message, inner);
