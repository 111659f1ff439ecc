using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Inference.Wording;

/// <summary>What is said to the language model of a picture: the nearest concept of its code, edited or not, in a sentence of the model's own language.</summary>
/// <param name="concepts">The words to choose from.</param>
public sealed class PictureWords(ConceptIndex concepts)
{
    /// <summary>Below this cosine a code is like no concept, and nothing is said.</summary>
    public const float Least = 0.1f;

    /// <summary>D of the codes.</summary>
    public int Dimension => concepts.Dimension;

    /// <summary>The words that fit a picture's code; empty where none does.</summary>
    public IReadOnlyList<string> Of(ImageCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return [.. concepts.Nearest(code.Pooled, 1).Where(near => near.Cosine >= Least).Select(near => near.Word)];
    }

    /// <summary>The sentence that says them; null for none.</summary>
    public static string? Sentence(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Count == 0 ? null : $"The picture shows {string.Join(" and ", words.Select(Noun.WithArticle))}.";
    }
}
