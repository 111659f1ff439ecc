namespace SparseClip.Vlm.Contracts.Features;

/// <summary>A feature as it stands in one picture.</summary>
/// <param name="Id">Its index in the sparse code.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value in the pooled code, in the code's own unit.</param>
/// <param name="Relative">The same in multiples of the largest value observed, the unit of "set" and "add".</param>
/// <param name="SafeMaximum">The largest value, in the same unit, that steering may reach when clamping is on.</param>
public sealed record ImageFeature(int Id, string Name, float Value, float Relative, float SafeMaximum)
{
    /// <summary>What people are shown (<see cref="FeatureDetail.Title"/>).</summary>
    public string Title { get; init; } = "";

    /// <summary>How far the name may be trusted (<see cref="FeatureDetail.Standing"/>).</summary>
    public string Standing { get; init; } = "";
}
