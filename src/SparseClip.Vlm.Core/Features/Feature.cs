namespace SparseClip.Vlm.Core.Features;

/// <summary>What is known about one feature of the sparse head.</summary>
/// <param name="Id">Its index in the code.</param>
/// <param name="Name">
/// What it is steered by, unlike all others: the word that words (Sparse CLIP, section 3) or words and pictures chose, with a number where several features have it; "feature N" where no
/// word fits. Whether people should be shown it is told by <see cref="Standing"/>; what they are shown, by <see cref="FeatureName.Shown"/>.
/// </param>
/// <param name="TopWords">The words that activate it most, strongest first, at most ten.</param>
/// <param name="Maximum">The largest value seen in a pooled image code of the calibration pictures; the unit of "set" and "add". Above 0 for a live feature, 0 for a dead one.</param>
/// <param name="Density">The share of the calibration pictures whose pooled code has it, 0..1.</param>
/// <param name="SafeMaximum">The largest value, in multiples of <paramref name="Maximum"/>, that a steering edit may reach when clamping is on.</param>
/// <param name="PatchMaximum">The largest value seen in a patch code of the calibration pictures: patches can lie far above the pooled code, which is their mean. 0 for a dead feature.</param>
public sealed record Feature(
    FeatureId Id,
    string Name,
    IReadOnlyList<FeatureWord> TopWords,
    float Maximum,
    float Density,
    float SafeMaximum,
    float PatchMaximum)
{
    /// <summary>What pictures say about the name; null where the features were named by words alone.</summary>
    public FeatureEvidence? Evidence { get; init; }

    /// <summary>What training pictures show of it; null where they were not counted.</summary>
    public FeatureStatistics? Statistics { get; init; }

    /// <summary>What the language model calls it; null where it was not asked.</summary>
    public CausalName? Causal { get; init; }

    /// <summary>How far the name may be trusted.</summary>
    public NameStanding Standing => Evidence?.Standing ?? NameStanding.Untried;
}

/// <summary>A word of the naming vocabulary and how strongly its text code activates the feature.</summary>
public sealed record FeatureWord(string Word, float Activation);

/// <summary>A feature as it stands in one picture.</summary>
/// <param name="Id">The feature.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value in the pooled code, in the code's own units (above 0).</param>
/// <param name="Relative">The same in multiples of the feature's observed maximum.</param>
public sealed record FeatureActivation(FeatureId Id, string Name, float Value, float Relative);
