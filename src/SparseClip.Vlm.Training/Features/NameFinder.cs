using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Training.Features;

/// <summary>
/// Finds the word of each feature on some pictures: among its own words, by text, and those that its pictures show, the one with which it goes together best, in either direction. A rare
/// feature has a part of a broad word's pictures only; then the word may still say when it is active. Safe to use from several threads.
/// </summary>
/// <param name="activations">The features of the pictures that name.</param>
/// <param name="pictures">What they show.</param>
/// <param name="trial">How well a word and a feature go together on them.</param>
/// <param name="options">How.</param>
internal sealed class NameFinder(FeatureActivations activations, WordPictures pictures, NameTrial trial, NamingOptions options)
{
    /// <summary>Words that are looked at closely, of each of the two directions; counting tells which.</summary>
    private const int Closely = 24;

    /// <summary>Words whose scores agree in so many digits fit alike; then the one that stands first goes first.</summary>
    private const int ScoreDigits = 2;

    /// <summary>The words that fit a feature, best first; of those that fit alike, the smallest number.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="byText">Words by how strongly their text codes activate it, in multiples of the strongest, 0..1.</param>
    public IReadOnlyList<FoundName> Find(int feature, IReadOnlyDictionary<int, float> byText) =>
        [.. Candidates(feature).Concat(byText.Keys).Distinct()
            .Select(word => Try(feature, word, byText.GetValueOrDefault(word))).OfType<FoundName>()
            .OrderByDescending(name => MathF.Round(name.Score, ScoreDigits)).ThenBy(name => name.Word)];

    /// <summary>A word and a feature; null where too few pictures can tell.</summary>
    public FoundName? Try(int feature, int word, float byText)
    {
        if (pictures.Shown(word) < options.FewestPictures
            || trial.Separates(feature, word) is not { } shown || trial.Explains(feature, word) is not { } active || active.Pictures < options.FewestPictures)
        {
            return null;
        }

        var (separates, explains) = (Doubted(shown), Doubted(active));
        // That a feature finds a word says more than that the word explains it.
        var basis = separates >= PictureTrial.LeastAuroc || separates >= explains ? NameBasis.Shown : NameBasis.Active;
        return new FoundName(word, basis, shown.Area, active.Area, (basis == NameBasis.Shown ? separates : explains) + (options.TextWeight * byText));
    }

    private float Doubted(TriedArea tried) => 0.5f + ((tried.Area - 0.5f) * tried.Pictures / (tried.Pictures + options.Doubt));

    /// <summary>By counting alone: the share of the word's pictures that have the feature, and of the feature's activation what falls on pictures of the word.</summary>
    private IEnumerable<int> Candidates(int feature)
    {
        var (counts, sums) = (new Dictionary<int, int>(), new Dictionary<int, float>());
        var (all, active) = (0f, activations.Of(feature));
        foreach (var (picture, value) in active)
        {
            all += value;
            foreach (var word in pictures.WordsOf(picture))
            {
                counts[word] = counts.GetValueOrDefault(word) + 1;
                sums[word] = sums.GetValueOrDefault(word) + value;
            }
        }

        // Where the feature is active everywhere, so are all words' pictures.
        float Found(int word) => (counts[word] / (float)pictures.Shown(word)) - ((active.Count - counts[word]) / (float)Math.Max(1, pictures.Pictures - pictures.Shown(word)));
        float Carried(int word) => (sums[word] / all) - (pictures.Shown(word) / (float)pictures.Pictures);
        var met = counts.Where(count => count.Value >= Math.Min(2, active.Count) && pictures.Shown(count.Key) >= options.FewestPictures).Select(count => count.Key).ToArray();
        return met.OrderByDescending(Found).ThenBy(word => word).Take(Closely).Concat(met.OrderByDescending(Carried).ThenBy(word => word).Take(Closely));
    }
}

/// <summary>A word that was found for a feature.</summary>
/// <param name="Word">Its number.</param>
/// <param name="Basis">The direction in which they go together.</param>
/// <param name="Separates">The area of the feature for the word, 0..1.</param>
/// <param name="Explains">The area of the word for the feature, 0..1.</param>
/// <param name="Score">By which words are compared.</param>
internal sealed record FoundName(int Word, NameBasis Basis, float Separates, float Explains, float Score);
