using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Features;

/// <summary>From the feature index to the records that are sent.</summary>
internal static class FeatureLookup
{
    /// <summary>Features that an answer lists when nothing else is asked for.</summary>
    public const int DefaultTop = 24;

    /// <summary>A feature by its id.</summary>
    /// <exception cref="RefusedException">404: there is none.</exception>
    public static Feature Require(this IFeatureIndex index, int id) =>
        id >= 0 && id < index.All.Count
            ? index.All[id]
            : throw new RefusedException(404, "unknown_feature", $"There is no feature {id}; this model has 0 to {index.All.Count - 1}.", "feature");

    /// <summary>The strongest features of a picture's code, strongest first.</summary>
    public static IReadOnlyList<ImageFeature> TopOf(this IFeatureIndex index, SparseCode code, int count) =>
    [
        .. index.Top(code, count).Select(active => new ImageFeature(
            active.Id.Value, active.Name, active.Value, active.Relative, index.All[active.Id.Value].SafeMaximum)),
    ];

    public static FeatureSummary ToSummary(this Feature feature, float? score = null) =>
        new(feature.Id.Value, feature.Name, feature.Density, feature.SafeMaximum, score);

    public static FeatureDetail ToDetail(this Feature feature) => new(
        feature.Id.Value,
        feature.Name,
        [.. feature.TopWords.Select(word => new FeatureWordDto(word.Word, word.Activation))],
        feature.Maximum,
        feature.Density,
        feature.SafeMaximum);
}
