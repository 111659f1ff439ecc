namespace SparseClip.Vlm.Inference.Features;

/// <summary>How names and words find features.</summary>
public sealed record FeatureIndexOptions
{
    /// <summary>The most features that a name stands for, by the word and again by the picture; 1 or more.</summary>
    public int CarriersOfName { get; init; } = 8;

    /// <summary>
    /// How much a word must mean to the tower to steer, unless it is among the words that features were named by: the share of features, 0..1, whose own
    /// word activates them less than this word activates any feature.
    /// </summary>
    public float LeastMeaning { get; init; } = 0.7f;

    /// <summary>The templates that words are put into before they go through the text tower; each with {a} (the word with its article) or {} (the bare word).</summary>
    public IReadOnlyList<string> Templates { get; init; } = ConceptPrompts.DefaultTemplates;
}
