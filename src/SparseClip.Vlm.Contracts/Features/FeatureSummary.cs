namespace SparseClip.Vlm.Contracts.Features;

/// <summary>A feature in a list.</summary>
/// <param name="Id">Its index in the sparse code.</param>
/// <param name="Name">Its name.</param>
/// <param name="Density">The share of the calibration pictures that have it, 0..1.</param>
/// <param name="SafeMaximum">The largest value, in multiples of the observed maximum, that steering may reach when clamping is on.</param>
/// <param name="Score">How well it fits the query; null in a list without a query.</param>
public sealed record FeatureSummary(int Id, string Name, float Density, float SafeMaximum, float? Score)
{
    /// <summary>What people are shown (<see cref="FeatureDetail.Title"/>).</summary>
    public string Title { get; init; } = "";

    /// <summary>How far the name may be trusted (<see cref="FeatureDetail.Standing"/>).</summary>
    public string Standing { get; init; } = "";
}

/// <summary>One page of a list of features.</summary>
/// <param name="Query">The query; null for the list of all features.</param>
/// <param name="Page">The page, from 1.</param>
/// <param name="PageSize">The most features on a page.</param>
/// <param name="Total">Features on all pages.</param>
/// <param name="Features">The features of this page.</param>
public sealed record FeaturePage(string? Query, int Page, int PageSize, int Total, IReadOnlyList<FeatureSummary> Features);
