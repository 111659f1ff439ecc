using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>A concept by its text code alone, for words that no picture is known to show: what only the text says must say it clearly.</summary>
public static class ConceptOfText
{
    /// <summary>The log odds that a picture gains for a cosine of 1 with the word's text code.</summary>
    public const double Weight = 22;

    /// <summary>The log odds of a picture that has nothing of it. Chosen on pictures for choosing, as the weight (docs/training-decisions.md, "Concepts").</summary>
    public const double Offset = -12;

    /// <summary>How often such a thing is taken to be in a picture.</summary>
    public const float Prior = 0.0005f;

    /// <summary>Makes the concept: the strongest features of the code carry it.</summary>
    /// <param name="word">The word, without an article.</param>
    /// <param name="text">Its text code, of length 1 and without colours and numbers.</param>
    public static Concept Make(string word, SparseCode text)
    {
        var strongest = Strongest(text);
        var weights = SparseCode.FromSorted(strongest.Dimension, strongest.Indices, [.. strongest.Values.ToArray().Select(value => (float)(value * Weight))]);
        return new Concept(word, weights, (float)Offset, Prior) { Text = strongest };
    }

    /// <summary>The strongest features of a text code, as many as may carry a concept.</summary>
    public static SparseCode Strongest(SparseCode text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] kept = [.. Enumerable.Range(0, text.L0).OrderByDescending(i => text.Values[i]).Take(Concept.MostFeatures).Order()];
        return SparseCode.FromSorted(text.Dimension, [.. kept.Select(i => text.Indices[i])], [.. kept.Select(i => text.Values[i])]);
    }
}
