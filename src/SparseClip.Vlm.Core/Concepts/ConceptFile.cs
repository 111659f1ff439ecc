using System.Text.Json.Serialization;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>Reads and writes <c>concepts.jsonl</c>: one JSON object a concept, with its word, the features and values of its code, and its weight where that is not 1.</summary>
public static class ConceptFile
{
    private static readonly WordLines<Line> s_lines = new("Make the file again with 'sparseclip concepts encode'.", "{\"word\":\"dog\",\"features\":[1,5],\"values\":[0.6,0.8]}");

    /// <summary>Reads all concepts, each word once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimension">D of the tower that they belong to.</param>
    /// <exception cref="ConceptFileException">The file cannot be read, a line is no concept of that tower, a word comes twice, or there is none.</exception>
    public static IReadOnlyList<ConceptCode> Read(string path, int dimension) => s_lines.Read(path, dimension, line => line.ToConcept(dimension), concept => concept.Word);

    /// <summary>Writes concepts, beside the path first and then under its name.</summary>
    public static void Write(string path, IEnumerable<ConceptCode> concepts) => WordLines<Line>.Write(path, concepts.Select(Line.From));

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

        /// <summary>Checked: a code of another length would win over all others.</summary>
        public ConceptCode ToConcept(int dimension)
        {
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
