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
    /// <param name="index">The features.</param>
    /// <param name="code">Its pooled code, edited or not.</param>
    /// <param name="count">The most to give.</param>
    /// <param name="labels">The names that people gave, by feature.</param>
    public static IReadOnlyList<ImageFeature> TopOf(this IFeatureIndex index, SparseCode code, int count, IReadOnlyDictionary<int, string> labels) =>
    [
        .. index.Top(code, count).Select(active => (Active: active, Feature: index.All[active.Id.Value])).Select(entry => new ImageFeature(
            entry.Feature.Id.Value, entry.Active.Name, entry.Active.Value, entry.Active.Relative, entry.Feature.SafeMaximum)
        { Title = labels.TitleOf(entry.Feature), Standing = entry.Feature.Standing.Name() }),
    ];

    public static FeatureSummary ToSummary(this Feature feature, IReadOnlyDictionary<int, string> labels, float? score = null) =>
        new(feature.Id.Value, feature.Name, feature.Density, feature.SafeMaximum, score) { Title = labels.TitleOf(feature), Standing = feature.Standing.Name() };

    /// <param name="model">The model.</param>
    /// <param name="id">The feature's id.</param>
    /// <param name="labels">The names that people gave, by feature.</param>
    /// <param name="history">Those of this feature, the last one first.</param>
    /// <exception cref="RefusedException">404: there is no such feature.</exception>
    public static FeatureDetail DetailOf(this IVisionLanguageModel model, int id, IReadOnlyDictionary<int, string> labels, IReadOnlyList<GivenLabel> history)
    {
        var feature = model.Features.Require(id);
        return new FeatureDetail(
            id,
            feature.Name,
            [.. feature.TopWords.Select(word => new FeatureWordDto(word.Word, word.Activation))],
            feature.Maximum,
            feature.Density,
            feature.SafeMaximum)
        {
            Title = labels.TitleOf(feature),
            Standing = feature.Standing.Name(),
            Evidence = feature.Evidence?.ToDto(),
            Statistics = feature.Statistics?.ToDto(near => labels.TitleOf(model.Features.All[near])),
            Causal = feature.Causal is { } causal ? new CausalNameDto(causal.Word, causal.Agrees) : null,
            Exemplars = model.Exemplars.ToDtos(file => file.OfFeature(id)),
            Labels = [.. history.Select(given => new FeatureLabelDto(given.Label, given.By, given.At))],
        };
    }
}
