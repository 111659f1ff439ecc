using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Server.Features;

/// <summary>From what is known about a feature to the records that are sent.</summary>
internal static class FeatureFacts
{
    /// <summary>What people are shown of a feature: the name that a person gave, if there is one.</summary>
    public static string TitleOf(this IReadOnlyDictionary<int, string> labels, Feature feature) => labels.GetValueOrDefault(feature.Id.Value) ?? FeatureName.Shown(feature);

    public static string Name(this NameStanding standing) => standing switch
    {
        NameStanding.Verified => "verified",
        NameStanding.Given => "given",
        NameStanding.Unnamed => "unnamed",
        _ => "untried",
    };

    public static FeatureEvidenceDto ToDto(this FeatureEvidence evidence) => new(
        evidence.Word, evidence.Basis.Name(), evidence.Auroc, evidence.Pictures, evidence.Others, evidence.Origin.Name(),
        [.. evidence.Near.Select(near => new NearWordDto(near.Word, near.Separates, near.Explains))]);

    public static FeatureStatisticsDto ToDto(this FeatureStatistics statistics, Func<int, string> title) => new(
        statistics.Pictures, statistics.Active, statistics.Density, statistics.Maximum, statistics.P99, statistics.Modality, statistics.Histogram,
        [.. statistics.Neighbours.Select(near => new FeatureNeighbourDto(near.Feature, title(near.Feature), near.Pictures, near.Texts))]);
}
