using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Evaluation.Features;

/// <summary>Measures, on pictures that had no part in it, of which active features the names are verified, and whether they hold.</summary>
/// <param name="features">The features with their evidence. [D]</param>
/// <param name="isTrue">Whether the picture shows the feature's word; null where that is not known.</param>
/// <param name="area">The area under the curve of one feature for its word on all pictures, in the direction of its evidence; null where too few pictures tell.</param>
public sealed class FeatureNameEvaluator(
    IReadOnlyList<Feature> features, Func<LabelledPicture, Feature, bool?> isTrue, Func<Feature, IReadOnlyList<(LabelledPicture Picture, SparseCode Code)>, double?> area)
{
    private const int BatchPictures = 32;

    /// <summary>How many features of a picture are listed.</summary>
    private const int MostListed = 24;

    /// <summary>Measures on a set.</summary>
    /// <param name="encoder">The tower.</param>
    /// <param name="set">The pictures.</param>
    /// <param name="report">Gets the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public FeatureNameScore Evaluate(SparseImageEncoder encoder, LabelledSet set, Action<int>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(set);
        var pictures = new List<(LabelledPicture Picture, SparseCode Code)>();
        foreach (var batch in new EvaluationLoader(set, encoder.InputSize).Batches(BatchPictures, cancellationToken))
        {
            pictures.AddRange(batch.Pictures.Zip(encoder.EncodePooled(batch.Pixels, batch.Count)));
            report?.Invoke(pictures.Count);
        }

        return Evaluate(pictures);
    }

    /// <summary>Measures on pictures that are encoded.</summary>
    public FeatureNameScore Evaluate(IReadOnlyList<(LabelledPicture Picture, SparseCode Code)> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var listed = pictures.SelectMany(picture => Strongest(picture.Code).Select(feature => (picture.Picture, Feature: features[feature]))).ToList();
        var told = listed.Where(entry => entry.Feature.Standing == NameStanding.Verified).Select(entry => isTrue(entry.Picture, entry.Feature)).OfType<bool>().ToList();
        var active = pictures.SelectMany(picture => picture.Code.Indices.ToArray()).ToList();
        var once = active.Distinct().Order().ToList();
        var areas = once.Select(feature => features[feature]).Where(feature => feature.Standing == NameStanding.Verified).Select(feature => area(feature, pictures)).OfType<double>().ToList();
        return new FeatureNameScore(
            Shares(active.Select(feature => features[feature])), Shares(listed.Select(entry => entry.Feature)), Shares(once.Select(feature => features[feature])),
            told.Count > 0 ? told.Count(isRight => isRight) / (double)told.Count : null, told.Count,
            areas.Count > 0 ? areas.Count(found => found >= PictureTrial.LeastAuroc) / (double)areas.Count : null, areas.Count, pictures.Count);
    }

    private static IEnumerable<int> Strongest(SparseCode code) =>
        Enumerable.Range(0, code.L0).Select(i => (Feature: code.Indices[i], Value: code.Values[i])).OrderByDescending(active => active.Value).Take(MostListed).Select(active => active.Feature);

    private static NameShares Shares(IEnumerable<Feature> of)
    {
        var counts = of.CountBy(feature => feature.Standing).ToDictionary();
        long all = counts.Values.Sum();
        double Share(NameStanding standing) => counts.GetValueOrDefault(standing) / (double)Math.Max(1, all);
        return new NameShares(Share(NameStanding.Verified), Share(NameStanding.Given), Share(NameStanding.Unnamed), Share(NameStanding.Untried), all);
    }
}
