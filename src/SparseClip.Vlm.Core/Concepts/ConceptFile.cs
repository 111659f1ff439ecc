using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>Reads and writes <c>concepts.jsonl</c>: one JSON object a concept, with its word, the features and values of its code, and its weight where that is not 1.</summary>
public static class ConceptFile
{
    /// <summary>The most characters of a word: it stands in every prompt about a picture that is near to it.</summary>
    public const int LongestWord = 80;

    private const string Again = "Make the file again with 'sparseclip concepts encode'.";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads all concepts, each word once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimension">D of the tower that they belong to.</param>
    /// <exception cref="ConceptFileException">The file cannot be read, a line is no concept of that tower, a word comes twice, or there is none.</exception>
    public static IReadOnlyList<ConceptCode> Read(string path, int dimension)
    {
        var concepts = new List<ConceptCode>();
        var words = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var text in File.ReadLines(path))
            {
                var concept = Parse(text).ToConcept(dimension);
                concepts.Add(words.Add(concept.Word) ? concept : throw new FormatException($"'{concept.Word}' was there before."));
            }
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new ConceptFileException($"{path}, line {concepts.Count + 1} is no concept of a tower of {dimension} features: {error.Message} {Again}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConceptFileException($"{path} cannot be read: {error.Message}", error);
        }

        return concepts.Count > 0 ? concepts : throw new ConceptFileException($"{path} has no concepts. {Again}");
    }

    /// <summary>Writes concepts, beside the path first and then under its name.</summary>
    public static void Write(string path, IEnumerable<ConceptCode> concepts)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var partial = path + ".partial";
        using (var writer = new StreamWriter(partial) { NewLine = "\n" })
        {
            foreach (var concept in concepts)
            {
                writer.WriteLine(JsonSerializer.Serialize(Line.From(concept), s_options));
            }
        }

        File.Move(partial, path, overwrite: true);
    }

    private static Line Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text, s_options) ?? throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new FormatException("It is not of the form {\"word\":\"dog\",\"features\":[1,5],\"values\":[0.6,0.8]}.", error);
        }
    }

    private sealed record Line(string Word, int[] Features, float[] Values, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Weight = null)
    {
        private const int Digits = 5;

        /// <summary>What the digits of the file leave nothing of is left out.</summary>
        public static Line From(ConceptCode concept)
        {
            var (features, values) = (new List<int>(concept.Code.L0), new List<float>(concept.Code.L0));
            for (var i = 0; i < concept.Code.L0; i++)
            {
                if (MathF.Round(concept.Code.Values[i], Digits) is > 0 and var value)
                {
                    features.Add(concept.Code.Indices[i]);
                    values.Add(value);
                }
            }

            return new Line(concept.Word, [.. features], [.. values], concept.Weight == 1 ? null : concept.Weight);
        }

        /// <summary>Checked: the word goes into prompts, and a code of another length would win over all others.</summary>
        public ConceptCode ToConcept(int dimension)
        {
            if (string.IsNullOrWhiteSpace(Word) || Word.Length > LongestWord || Word.Any(letter => char.IsControl(letter) || letter is '<' or '>' or '|'))
            {
                throw new FormatException($"Its word must have 1 to {LongestWord} characters, without line ends and without <, > and |.");
            }

            if (Weight is not (null or (> 0 and <= ConceptCode.LargestWeight)))
            {
                throw new FormatException(FormattableString.Invariant($"Its weight is {Weight}; give one above 0, up to {ConceptCode.LargestWeight}."));
            }

            var code = SparseCode.FromSorted(dimension, Features, Values);
            return Math.Abs(code.Norm - 1) < 0.01f
                ? new ConceptCode(Word, code, Weight ?? 1)
                : throw new FormatException(FormattableString.Invariant($"Its values have the length {code.Norm:0.###}, not 1."));
        }
    }
}

/// <summary>A file of concepts that cannot be used.</summary>
public sealed class ConceptFileException(string message, Exception? inner = null) : SparseClipException(message, inner);
