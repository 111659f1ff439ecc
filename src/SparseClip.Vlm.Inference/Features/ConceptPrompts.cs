using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>
/// Text codes of bare words: each word is put into prompt templates, and the codes are averaged. A bare word says less to the text tower than
/// the same word as the subject of a picture.
/// </summary>
/// <param name="encoder">The text tower.</param>
/// <param name="templates">Each with {a} where the word with its article goes, or {} for the bare word; at least one.</param>
public sealed class ConceptPrompts(ITextEncoder encoder, IReadOnlyList<string> templates)
{
    /// <summary>The templates that features are named and searched with: the caption that the tower met most in training, and the one that edits in the adapter's training go by.</summary>
    public static IReadOnlyList<string> DefaultTemplates { get; } = ["a picture of {a}"];

    /// <summary>D.</summary>
    public int Dimension => encoder.Dimension;

    /// <summary>The averaged code of each word, in their order.</summary>
    public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> words, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        var texts = words.SelectMany(word => templates.Select(template => Fill(template, word))).ToList();
        var codes = encoder.Encode(texts, cancellationToken);
        var sum = new float[encoder.Dimension];
        var means = new SparseCode[words.Count];
        for (var word = 0; word < words.Count; word++)
        {
            sum.AsSpan().Clear();
            for (var template = 0; template < templates.Count; template++)
            {
                Add(codes[(word * templates.Count) + template], sum, 1f / templates.Count);
            }

            means[word] = SparseCode.FromDense(sum);
        }

        return means;
    }

    private static string Fill(string template, string word) => template
        .Replace("{a}", WithArticle(word), StringComparison.Ordinal)
        .Replace("{}", word, StringComparison.Ordinal);

    /// <summary>By spelling alone: what looks like a plural takes no article.</summary>
    private static string WithArticle(string word)
    {
        if (word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) && !word.EndsWith("us", StringComparison.Ordinal))
        {
            return word;
        }

        return ("aeiou".Contains(char.ToLowerInvariant(word[0])) ? "an " : "a ") + word;
    }

    private static void Add(SparseCode code, float[] sum, float weight)
    {
        for (var i = 0; i < code.L0; i++)
        {
            sum[code.Indices[i]] += code.Values[i] * weight;
        }
    }
}
