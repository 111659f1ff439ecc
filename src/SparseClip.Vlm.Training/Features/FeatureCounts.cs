using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Training.Concepts;

namespace SparseClip.Vlm.Training.Features;

/// <summary>Counts what training pictures, and the text codes of what they are labelled with, show of every feature.</summary>
public static class FeatureCounts
{
    /// <summary>The most neighbours of a feature.</summary>
    private const int MostNeighbours = 6;

    /// <summary>Features that go together less are no neighbours: half of a cosine of one side.</summary>
    private const float LeastTogether = 0.05f;

    /// <summary>The statistics of every feature. [D]</summary>
    /// <param name="dimension">D.</param>
    /// <param name="pictures">The pictures; one at least.</param>
    /// <param name="texts">The text code of every label.</param>
    /// <param name="progress">Gets how many features are done; null for nobody.</param>
    /// <param name="cancellationToken">Stops between features.</param>
    public static IReadOnlyList<FeatureStatistics> Of(
        int dimension, IReadOnlyList<EncodedPicture> pictures, IReadOnlyDictionary<string, SparseCode> texts, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(texts);
        var activations = new FeatureActivations(dimension, [.. pictures.Select(picture => picture.Code)]);
        var byPictures = new CoActivation(dimension, [.. pictures.Select(picture => picture.Code)]);
        var byTexts = new CoActivation(dimension, [.. texts.Values]);
        var labels = Means(dimension, pictures, texts);
        var statistics = new FeatureStatistics[dimension];
        var done = 0;
        Parallel.For(
            0, dimension, new ParallelOptions { CancellationToken = cancellationToken }, () => (Pictures: new float[dimension], Texts: new float[dimension]),
            (feature, _, cosines) =>
            {
                byPictures.Cosines(feature, cosines.Pictures);
                byTexts.Cosines(feature, cosines.Texts);
                var active = activations.Of(feature);
                var (picture, text) = (byPictures.Mean(feature), labels[feature]);
                statistics[feature] = new FeatureStatistics(
                    pictures.Count, active.Count, active.Count > 0 ? active[0].Value : 0, ActivationSummary.Quantile(active, ActivationSummary.P99),
                    picture + text > 0 ? (float)(picture / (picture + text)) : null, ActivationSummary.Histogram(active), Nearest(cosines.Pictures, cosines.Texts));
                progress?.Report(Interlocked.Increment(ref done));
                return cosines;
            },
            _ => { });
        return statistics;
    }

    private static IReadOnlyList<FeatureNeighbour> Nearest(float[] pictures, float[] texts) =>
        [.. Enumerable.Range(0, pictures.Length).Where(feature => (pictures[feature] + texts[feature]) / 2 >= LeastTogether)
            .OrderByDescending(feature => pictures[feature] + texts[feature]).ThenBy(feature => feature).Take(MostNeighbours)
            .Select(feature => new FeatureNeighbour(feature, pictures[feature], texts[feature]))];

    /// <summary>The mean of each feature in the labels' codes at length 1; a label counts as often as pictures have it. [D]</summary>
    private static double[] Means(int dimension, IReadOnlyList<EncodedPicture> pictures, IReadOnlyDictionary<string, SparseCode> texts)
    {
        var means = new double[dimension];
        foreach (var (label, count) in pictures.CountBy(picture => picture.Label, StringComparer.Ordinal))
        {
            if (texts.TryGetValue(label, out var code) && code.Norm is > 0 and var norm)
            {
                for (var i = 0; i < code.L0; i++)
                {
                    means[code.Indices[i]] += count * code.Values[i] / norm / pictures.Count;
                }
            }
        }

        return means;
    }
}
