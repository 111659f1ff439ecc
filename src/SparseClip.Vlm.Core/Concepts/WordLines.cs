using System.Text.Encodings.Web;
using System.Text.Json;
using SparseClip.Vlm.Core.Files;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>Files of JSON lines, one a word, each word once.</summary>
/// <typeparam name="TLine">A line as it stands in the file.</typeparam>
/// <param name="again">How to make the file again.</param>
/// <param name="form">What a line looks like.</param>
internal sealed class WordLines<TLine>(string again, string form) where TLine : class
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads all lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimension">D of the tower that they belong to.</param>
    /// <param name="convert">Makes a line into what it says; throws <see cref="FormatException"/> or <see cref="ArgumentException"/> where it says nothing that can be.</param>
    /// <param name="word">The word of what a line says.</param>
    /// <exception cref="ConceptFileException">The file cannot be read, a line is none of that tower, a word comes twice, or there is none.</exception>
    public IReadOnlyList<TItem> Read<TItem>(string path, int dimension, Func<TLine, TItem> convert, Func<TItem, string> word) =>
        Read(path, convert, word, word, $"no concept of a tower of {dimension} features");

    /// <summary>Reads all lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="convert">Makes a line into what it says; throws <see cref="FormatException"/> or <see cref="ArgumentException"/> where it says nothing that can be.</param>
    /// <param name="word">The word of what a line says.</param>
    /// <param name="key">What no two lines may have in common.</param>
    /// <param name="fault">What a line is that cannot be read.</param>
    /// <exception cref="ConceptFileException">The file cannot be read, a line is wrong, a key comes twice, or there is none.</exception>
    public IReadOnlyList<TItem> Read<TItem>(string path, Func<TLine, TItem> convert, Func<TItem, string> word, Func<TItem, string> key, string fault = "no concept")
    {
        var items = new List<TItem>();
        var words = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var text in File.ReadLines(path))
            {
                var item = convert(Parse(text));
                Check(word(item));
                items.Add(words.Add(key(item)) ? item : throw new FormatException($"'{word(item)}' was there before."));
            }
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new ConceptFileException($"{path}, line {items.Count + 1} is {fault}: {error.Message} {again}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConceptFileException($"{path} cannot be read: {error.Message}", error);
        }

        return items.Count > 0 ? items : throw new ConceptFileException($"{path} has no concepts. {again}");
    }

    /// <summary>Writes lines, beside the path first and then under its name.</summary>
    public static void Write(string path, IEnumerable<TLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        WholeFile.Write(path, beside =>
        {
            using var writer = new StreamWriter(beside) { NewLine = "\n" };
            foreach (var line in lines)
            {
                writer.WriteLine(JsonSerializer.Serialize(line, s_options));
            }
        });
    }

    /// <summary>Checked, as it goes into prompts and pages.</summary>
    private static void Check(string word)
    {
        if (ConceptWords.Problem(word) is { } problem)
        {
            throw new FormatException(problem);
        }
    }

    private TLine Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<TLine>(text, s_options) ?? throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new FormatException($"It is not of the form {form}.", error);
        }
    }
}
