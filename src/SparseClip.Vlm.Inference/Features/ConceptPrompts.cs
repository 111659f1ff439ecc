using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>
/// Text codes of bare words: each word is put into prompt templates, and the codes are averaged. A bare word says less to the text tower than
/// the same word as the subject of a picture.
/// </summary>
/// <param name="encoder">The text tower.</param>
/// <param name="templates">Each with {0} where the word goes; at least one.</param>
public sealed class ConceptPrompts(ITextEncoder encoder, IReadOnlyList<string> templates)
{
    /// <summary>The templates that words are named and searched with.</summary>
    public static IReadOnlyList<string> DefaultTemplates { get; } = ["a picture of a {0}", "a photo of a {0}", "an icon of a {0}"];

    /// <summary>D.</summary>
    public int Dimension => encoder.Dimension;

    /// <summary>The averaged code of each word, in their order.</summary>
    public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> words, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        var texts = words.SelectMany(word => templates.Select(template => template.Replace("{0}", word, StringComparison.Ordinal))).ToList();
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

    private static void Add(SparseCode code, float[] sum, float weight)
    {
        for (var i = 0; i < code.L0; i++)
        {
            sum[code.Indices[i]] += code.Values[i] * weight;
        }
    }
}
