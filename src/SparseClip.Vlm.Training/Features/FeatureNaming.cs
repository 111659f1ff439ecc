using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Features;

/// <summary>
/// Names features by pictures and texts together: the word of each is found on one half of the pictures and tried on the other. A feature that was made to mean something keeps that name
/// and is tried alike. Immutable, so safe for use from several threads.
/// </summary>
public sealed class FeatureNaming
{
    private readonly IReadOnlyList<FeatureRecord> _records;
    private readonly IReadOnlyDictionary<int, string> _given;
    private readonly AttributeFeatures? _attributes;
    private readonly IReadOnlyList<string> _words;
    private readonly Dictionary<string, int> _places;
    private readonly FeatureActivations _naming;
    private readonly NameFinder _finder;
    private readonly NameTrial _trial;
    private readonly NameFinder? _attributeFinder;
    private readonly NameTrial? _attributeTrial;

    /// <param name="records">All features, with the words that activate them most. [D]</param>
    /// <param name="given">The words of features that were made to mean them.</param>
    /// <param name="attributes">The features that are colours and numbers; null for none.</param>
    /// <param name="words">The words that features may be named after, each once, those that people use most first; none unfit to be seen.</param>
    /// <param name="truth">Which of the words a picture shows, by their places.</param>
    /// <param name="pictures">Pictures in an order that says nothing; every second one of each label has no part in naming and tries the names.</param>
    /// <param name="options">How; null for the defaults.</param>
    public FeatureNaming(
        IReadOnlyList<FeatureRecord> records, IReadOnlyDictionary<int, string> given, AttributeFeatures? attributes, IReadOnlyList<string> words, ConceptTruth truth,
        IReadOnlyList<ShownPicture> pictures, NamingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(pictures);
        options ??= new NamingOptions();
        (_records, _given, _attributes, _words) = (records, given, attributes, words);
        _places = words.Index().ToDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);
        // Every second picture of each label: of a thing that few pictures show, as many name as try.
        ShownPicture[] byLabel = [.. pictures.OrderBy(picture => picture.Label, StringComparer.Ordinal)];
        ShownPicture[] naming = [.. byLabel.Where((_, i) => i % 2 == 0)], trying = [.. byLabel.Where((_, i) => i % 2 == 1)];
        _naming = new FeatureActivations(records.Count, [.. naming.Select(picture => picture.Code)]);
        var tried = new FeatureActivations(records.Count, [.. trying.Select(picture => picture.Code)]);
        float[] reference = [.. Enumerable.Range(0, records.Count).Select(feature => ActivationSummary.Quantile(_naming.Of(feature), ActivationSummary.P99))];
        (_finder, _trial) = Half(words.Count, picture => truth.Of(picture.Label, picture.Tags));
        if (attributes is not null)
        {
            (_attributeFinder, _attributeTrial) = Half(AttributeFeatures.Count, AttributeTruth.Of);
        }

        (NameFinder, NameTrial) Half(int count, Func<ShownPicture, (IReadOnlySet<int>, IReadOnlySet<int>)> of)
        {
            var (shownNaming, shownTrying) = (new WordPictures(count, [.. naming.Select(of)]), new WordPictures(count, [.. trying.Select(of)]));
            return (
                new NameFinder(_naming, shownNaming, new NameTrial(_naming, shownNaming, options.LeastActive, reference), options),
                new NameTrial(tried, shownTrying, options.LeastActive, reference));
        }
    }

    /// <summary>The features with their evidence and the names that follow from it; each name is there once.</summary>
    /// <param name="progress">Gets how many are done; null for nobody.</param>
    /// <param name="cancellationToken">Stops between features.</param>
    public IReadOnlyList<FeatureRecord> Name(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var evidence = new FeatureEvidence[_records.Count];
        var done = 0;
        Parallel.For(0, _records.Count, new ParallelOptions { CancellationToken = cancellationToken }, feature =>
        {
            evidence[feature] = _given.TryGetValue(feature, out var word) ? OfGiven(feature, word) : OfFound(feature);
            progress?.Report(Interlocked.Increment(ref done));
        });
        var names = Names(evidence);
        return [.. _records.Select((record, feature) => record with { Feature = record.Feature with { Name = names[feature], Evidence = evidence[feature] } })];
    }

    private FeatureEvidence OfFound(int feature)
    {
        var found = _finder.Find(feature, ByText(feature));
        if (found.Count == 0)
        {
            // No picture can tell: the word of the text side stays, and nobody has confirmed it.
            return new FeatureEvidence(TextWord(feature) ?? "", NameBasis.Shown, null, 0, 0, NameOrigin.Found, []);
        }

        var best = found[0];
        var tried = _trial.Of(best.Basis, feature, best.Word);
        return new FeatureEvidence(_words[best.Word], best.Basis, tried?.Area, tried?.Pictures ?? 0, tried?.Others ?? 0, NameOrigin.Found, Near(found));
    }

    private FeatureEvidence OfGiven(int feature, string word)
    {
        var isAttribute = _attributes?.Contains(feature) == true;
        var origin = isAttribute ? NameOrigin.Attribute : NameOrigin.Class;
        var (finder, trial) = isAttribute ? (_attributeFinder!, _attributeTrial!) : (_finder, _trial);
        var near = Near(_finder.Find(feature, ByText(feature)));
        int? place = isAttribute ? feature - _attributes!.First : _places.TryGetValue(word, out var known) ? known : null;
        if (place is not { } number || finder.Try(feature, number, 1) is not { } found || trial.Of(found.Basis, feature, number) is not { } tried)
        {
            return new FeatureEvidence(word, NameBasis.Shown, null, 0, 0, origin, near);
        }

        return new FeatureEvidence(word, found.Basis, tried.Area, tried.Pictures, tried.Others, origin, near);
    }

    private IReadOnlyList<NearWord> Near(IReadOnlyList<FoundName> found) =>
        [.. found.Take(FeatureEvidence.MostNear).Select(name => new NearWord(_words[name.Word], name.Separates, name.Explains))];

    /// <summary>How strongly words activate a feature in texts, in multiples of the strongest.</summary>
    private Dictionary<int, float> ByText(int feature)
    {
        var top = _records[feature].Feature.TopWords;
        return top.Where(word => _places.ContainsKey(word.Word)).DistinctBy(word => word.Word).ToDictionary(word => _places[word.Word], word => word.Activation / top[0].Activation);
    }

    private string? TextWord(int feature) => _records[feature].Feature.TopWords.FirstOrDefault(word => !IndelicateWords.IsIn(word.Word))?.Word;

    /// <summary>Of features of one word, one that was made to mean it is called by it alone, else the one that pictures confirm most; the others have numbers.</summary>
    private static string[] Names(FeatureEvidence[] evidence)
    {
        var names = new string[evidence.Length];
        foreach (var group in Enumerable.Range(0, evidence.Length).GroupBy(feature => evidence[feature].Word, StringComparer.OrdinalIgnoreCase))
        {
            var ordered = group.OrderByDescending(feature => evidence[feature].Origin)
                .ThenBy(feature => evidence[feature].Standing).ThenByDescending(feature => evidence[feature].Auroc ?? 0).ThenBy(feature => feature);
            foreach (var (place, feature) in ordered.Index())
            {
                names[feature] = group.Key.Length == 0 ? FeatureName.Nameless(feature) : FeatureName.Numbered(evidence[feature].Word, place + 1);
            }
        }

        return names;
    }
}
