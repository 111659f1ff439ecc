using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// Whether a word that was in no caption means something to the text tower: a left-out tag should find a label that it is a tag of among the
/// nearest text codes.
/// </summary>
public static class UnseenWordEvaluator
{
    /// <summary>The left-out tags of labels, each with the labels that carry it.</summary>
    /// <param name="entries">All pictures of the data folder that the tower was trained on.</param>
    /// <param name="labels">The labels to be found.</param>
    /// <param name="otherTexts">Further texts that the tower was trained on, such as class names; tags that occur in one are not counted.</param>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Words(
        IReadOnlyCollection<CatalogueEntry> entries, IReadOnlyCollection<string> labels, IReadOnlyCollection<string> otherTexts)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(otherTexts);
        var leftOut = LeftOutWords.Of(entries);
        var known = labels.ToHashSet(StringComparer.Ordinal);
        var said = otherTexts.SelectMany(text => Noun.Normalize(text).Split(' ', '-', ',')).ToHashSet(StringComparer.Ordinal);
        return entries
            .Select(entry => (Label: Noun.Normalize(entry.Label), entry.Tags))
            .Where(entry => known.Contains(entry.Label))
            .SelectMany(entry => entry.Tags.Select(tag => (Tag: Noun.Normalize(tag), entry.Label)))
            .Where(pair => leftOut.IsLeftOut(pair.Tag) && !said.Contains(pair.Tag))
            .GroupBy(pair => pair.Tag, pair => pair.Label, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, IReadOnlySet<string> (group) => group.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>Looks every word up among the labels.</summary>
    /// <param name="texts">The text tower.</param>
    /// <param name="labelsOf">The words, each with the labels that it should find.</param>
    /// <param name="labels">The labels to be found.</param>
    /// <param name="cancellationToken">Looked at between batches of texts.</param>
    /// <exception cref="ShardException">There is no word.</exception>
    public static UnseenWordScore Evaluate(
        SparseTextEncoder texts, IReadOnlyDictionary<string, IReadOnlySet<string>> labelsOf, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(labelsOf);
        var words = labelsOf.Keys.Order(StringComparer.Ordinal).ToArray();
        if (words.Length == 0)
        {
            throw new ShardException("No left-out tag belongs to one of the labels; build the data folder with the icon sources.");
        }

        using var classifier = ZeroShotClassifier.Create(texts, labels, cancellationToken);
        using var wordCodes = ZeroShotClassifier.Create(texts, words, cancellationToken);
        var nearest = classifier.NearestOf(wordCodes, 5);
        var (top1, top5) = (0, 0);
        for (var i = 0; i < words.Length; i++)
        {
            var truth = labelsOf[words[i]];
            top1 += truth.Contains(labels[(int)nearest[i][0]]) ? 1 : 0;
            top5 += nearest[i].Any(label => truth.Contains(labels[(int)label])) ? 1 : 0;
        }

        return new UnseenWordScore((double)top1 / words.Length, (double)top5 / words.Length, words.Length, labels.Count);
    }
}

/// <summary>What words mean that were in no caption.</summary>
/// <param name="Top1">The share of words whose nearest label carries them as a tag, 0..1.</param>
/// <param name="Top5">The share of words with such a label among the five nearest, 0..1.</param>
/// <param name="Words">The number of words.</param>
/// <param name="Labels">The number of labels.</param>
public sealed record UnseenWordScore(double Top1, double Top5, int Words, int Labels);
