namespace SparseClip.Vlm.Training.Features;

/// <summary>How the words of features are chosen. The defaults were chosen on the naming half of the training pictures alone (docs/training-decisions.md, "Names that pictures confirm").</summary>
public sealed record NamingOptions
{
    /// <summary>From this share of the value that 99 of 100 of its activations do not exceed, a feature counts as active where a word is to explain it, 0..1.</summary>
    public float LeastActive { get; init; } = 0.3f;

    /// <summary>What the word that activates a feature most in texts gains, in units of the area; others gain less in proportion.</summary>
    public float TextWeight { get; init; } = 0.02f;

    /// <summary>How many pictures that say nothing are counted with those that gave an area: what few pictures say is drawn towards one half.</summary>
    public float Doubt { get; init; } = 2f;

    /// <summary>From so many pictures on, in the naming half, a word is tried.</summary>
    public int FewestPictures { get; init; } = 3;
}
