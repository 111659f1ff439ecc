using System.Text.Json.Serialization;
using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>Reads and writes <c>concept-table.jsonl</c>: one JSON object a concept, with the features that carry it, its other words and how it did on pictures.</summary>
public static class ConceptTableFile
{
    private static readonly WordLines<Line> s_lines = new(
        "Make the file again with 'sparseclip concepts build'.",
        "{\"word\":\"dog\",\"features\":[1,5],\"weights\":[9,4],\"offset\":-6,\"prior\":0.01}, with \"text\":{\"features\":[1,5],\"values\":[0.8,0.6]}, \"synonyms\", \"wider\", \"evidence\":{\"auroc\":0.95,\"pictures\":40,\"others\":5000}, \"usual\" (of the form of \"text\") and \"steering\":{\"shown\":2,\"gone\":2,\"levels\":[{\"level\":1,\"asked\":2,\"moved\":2,\"reached\":2,\"corrupted\":0}]} where there are any");

    /// <summary>Reads all concepts, each word once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimension">D of the tower that they belong to.</param>
    /// <exception cref="ConceptFileException">The file cannot be read, a line is no concept of that tower, a word comes twice, or there is none.</exception>
    public static IReadOnlyList<Concept> Read(string path, int dimension) => s_lines.Read(path, dimension, line => line.ToConcept(dimension), concept => concept.Word);

    /// <summary>Writes concepts one after another as they come, beside the path first and then under its name.</summary>
    public static void Write(string path, IEnumerable<Concept> concepts) => WordLines<Line>.Write(path, concepts.Select(Line.From));

    private sealed record Line(
        string Word, int[] Features, float[] Weights, float Offset, float Prior,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CodeLine? Text = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Synonyms = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Wider = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ConceptEvidence? Evidence = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CodeLine? Usual = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ConceptSteering? Steering = null)
    {
        private const int Digits = 3;

        public static Line From(Concept concept)
        {
            var kept = Enumerable.Range(0, concept.Weights.L0).Where(i => MathF.Round(concept.Weights.Values[i], Digits) > 0).ToArray();
            return new Line(
                concept.Word, [.. kept.Select(i => concept.Weights.Indices[i])], [.. kept.Select(i => MathF.Round(concept.Weights.Values[i], Digits))],
                MathF.Round(concept.Offset, Digits), concept.Prior, CodeLine.From(concept.Text), concept.Synonyms.Count > 0 ? concept.Synonyms : null, concept.Wider.Count > 0 ? concept.Wider : null, concept.Evidence,
                CodeLine.From(concept.Usual), concept.Steering);
        }

        public Concept ToConcept(int dimension)
        {
            Concept.Check(Features.Length, Offset, Prior);
            Steering?.Check();
            return Evidence is null or { Auroc: >= 0 and <= 1, Pictures: > 0, Others: > 0 }
                ? new Concept(Word, SparseCode.FromSorted(dimension, Features, Weights), Offset, Prior)
                {
                    Text = Text?.ToUnitCode(dimension),
                    Synonyms = Synonyms ?? [],
                    Wider = Wider ?? [],
                    Evidence = Evidence,
                    Usual = Usual?.ToCode(dimension),
                    Steering = Steering,
                }
                : throw new FormatException("Its evidence must be of one picture or more that shows it, of one or more that does not, and an area of 0 to 1.");
        }
    }

    private sealed record CodeLine(int[] Features, float[] Values)
    {
        private const int Digits = 3;

        public static CodeLine? From(SparseCode? code)
        {
            if (code is null)
            {
                return null;
            }

            int[] kept = [.. Enumerable.Range(0, code.L0).Where(i => MathF.Round(code.Values[i], Digits) > 0)];
            return new CodeLine([.. kept.Select(i => code.Indices[i])], [.. kept.Select(i => MathF.Round(code.Values[i], Digits))]);
        }

        public SparseCode ToCode(int dimension) => SparseCode.FromSorted(dimension, Features, Values);

        /// <summary>Checked: a longer code would come before all others.</summary>
        public SparseCode ToUnitCode(int dimension)
        {
            var code = ToCode(dimension);
            return code.Norm <= 1.01f ? code : throw new FormatException(FormattableString.Invariant($"Its text has the length {code.Norm:0.###}; give at most 1."));
        }
    }
}
