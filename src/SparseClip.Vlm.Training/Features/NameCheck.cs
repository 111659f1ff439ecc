using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Training.Concepts;

namespace SparseClip.Vlm.Training.Features;

/// <summary>Whether the words of features hold on pictures of any set, by the truth that named them. Not thread-safe.</summary>
public sealed class NameCheck
{
    private readonly IReadOnlyList<Feature> _features;
    private readonly AttributeFeatures? _attributes;
    private readonly Dictionary<string, int> _places;
    private readonly ConceptTruth _truth;
    private readonly Dictionary<string, (IReadOnlySet<int> Shown, IReadOnlySet<int> Unknown)> _known = new(StringComparer.Ordinal);
    private readonly float _leastActive = new NamingOptions().LeastActive;

    private (IReadOnlyList<(LabelledPicture Picture, SparseCode Code)> Pictures, NameTrial Words, NameTrial? Attributes)? _trials;

    /// <param name="features">The features with their evidence. [D]</param>
    /// <param name="attributes">The features that are colours and numbers; null for none.</param>
    /// <param name="truth">Which of some words a picture shows.</param>
    /// <param name="words">The words, in the order of <paramref name="truth"/>.</param>
    public NameCheck(IReadOnlyList<Feature> features, AttributeFeatures? attributes, ConceptTruth truth, IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        (_features, _attributes, _truth) = (features, attributes, truth);
        _places = words.Index().ToDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);
    }

    /// <summary>Whether a picture shows a feature's word; null where that is not known.</summary>
    public bool? IsTrue(LabelledPicture picture, Feature feature)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(feature);
        var (shown, unknown) = IsAttribute(feature) ? AttributeTruth.Of(Shown(picture)) : Of(picture);
        return Place(feature) is not { } place || unknown.Contains(place) ? null : shown.Contains(place);
    }

    /// <summary>The area of a feature for its word, or of the word for the feature, as its evidence has it; null where fewer pictures tell than confirm a name.</summary>
    public double? Area(Feature feature, IReadOnlyList<(LabelledPicture Picture, SparseCode Code)> pictures)
    {
        ArgumentNullException.ThrowIfNull(feature);
        ArgumentNullException.ThrowIfNull(pictures);
        if (_trials?.Pictures != pictures)
        {
            _trials = (pictures, Trial(pictures, _places.Count, picture => Of(picture)), _attributes is null ? null : Trial(pictures, AttributeFeatures.Count, picture => AttributeTruth.Of(Shown(picture))));
        }

        var trial = IsAttribute(feature) ? _trials.Value.Attributes! : _trials.Value.Words;
        return Place(feature) is { } place && feature.Evidence is { } evidence && trial.Of(evidence.Basis, feature.Id.Value, place) is { } tried && tried.Pictures >= PictureTrial.FewestPictures
            ? tried.Area
            : null;
    }

    private NameTrial Trial(IReadOnlyList<(LabelledPicture Picture, SparseCode Code)> pictures, int words, Func<LabelledPicture, (IReadOnlySet<int>, IReadOnlySet<int>)> of) => new(
        new FeatureActivations(_features.Count, [.. pictures.Select(picture => picture.Code)]), new WordPictures(words, [.. pictures.Select(picture => of(picture.Picture))]),
        _leastActive, [.. _features.Select(feature => feature.Statistics?.P99 ?? 0)]);

    private bool IsAttribute(Feature feature) => _attributes?.Contains(feature.Id.Value) == true;

    private int? Place(Feature feature) => IsAttribute(feature) ? feature.Id.Value - _attributes!.First
        : feature.Evidence is { } evidence && _places.TryGetValue(evidence.Word, out var place) ? place
        : null;

    private (IReadOnlySet<int> Shown, IReadOnlySet<int> Unknown) Of(LabelledPicture picture)
    {
        if (!_known.TryGetValue(picture.Name, out var known))
        {
            var shown = Shown(picture);
            _known[picture.Name] = known = _truth.Of(shown.Label, shown.Tags);
        }

        return known;
    }

    private static ShownPicture Shown(LabelledPicture picture) => ShownPicture.Of(picture, SparseCode.FromSorted(1, [], []));
}
