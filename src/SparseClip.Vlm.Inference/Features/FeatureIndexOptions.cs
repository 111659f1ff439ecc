namespace SparseClip.Vlm.Inference.Features;

/// <summary>How names and words find features.</summary>
public sealed record FeatureIndexOptions
{
    /// <summary>The most features that a name stands for, by the word and again by the picture; 1 or more.</summary>
    public int CarriersOfName { get; init; } = 8;

    /// <summary>
    /// From which meaning on a word that no feature is named after still steers: the largest ratio of its activation of a feature to that of
    /// the feature's own word, 0..1.
    /// </summary>
    public float LeastMeaning { get; init; } = 0.4f;

    /// <summary>The templates that words are put into before they go through the text tower; each with {a} (the word with its article) or {} (the bare word).</summary>
    public IReadOnlyList<string> Templates { get; init; } = ConceptPrompts.DefaultTemplates;
}
