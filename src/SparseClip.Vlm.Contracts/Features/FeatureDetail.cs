namespace SparseClip.Vlm.Contracts.Features;

/// <summary>All that is known about a feature.</summary>
/// <param name="Id">Its index in the sparse code.</param>
/// <param name="Name">What it is steered by.</param>
/// <param name="TopWords">The words that activate it most, strongest first.</param>
/// <param name="Maximum">The largest value observed, in the code's own unit; 0 for a feature that never fires.</param>
/// <param name="Density">The share of the calibration pictures that have it, 0..1.</param>
/// <param name="SafeMaximum">The largest value, in multiples of <paramref name="Maximum"/>, that steering may reach when clamping is on.</param>
public sealed record FeatureDetail(
    int Id, string Name, IReadOnlyList<FeatureWordDto> TopWords, float Maximum, float Density, float SafeMaximum)
{
    /// <summary>What people are shown: the label that a person gave, else the name where it holds or nothing is known about it, else "unnamed" with the words that are near.</summary>
    public string Title { get; init; } = "";

    /// <summary>How far the name may be trusted: "verified", "given" (made to mean it, not tried), "unnamed" (shown not to hold), or "untried" (nothing is known).</summary>
    public string Standing { get; init; } = "";

    /// <summary>What pictures say about the name; null where nothing is known.</summary>
    public FeatureEvidenceDto? Evidence { get; init; }

    /// <summary>What training pictures show of it; null where they were not counted.</summary>
    public FeatureStatisticsDto? Statistics { get; init; }

    /// <summary>What the language model calls it; null where it was not asked.</summary>
    public CausalNameDto? Causal { get; init; }

    /// <summary>Small pictures that show it, the one that has most of it first.</summary>
    public IReadOnlyList<ExemplarDto> Exemplars { get; init; } = [];

    /// <summary>The names that people gave it, the last one first; the first one holds.</summary>
    public IReadOnlyList<FeatureLabelDto> Labels { get; init; } = [];
}

/// <summary>A word and how strongly it activates a feature.</summary>
/// <param name="Word">The word.</param>
/// <param name="Activation">The feature's value in the text code, in the code's own unit.</param>
public sealed record FeatureWordDto(string Word, float Activation);
