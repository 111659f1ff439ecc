using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation;

/// <summary>Measures zero-shot accuracy and sparsity of a tower over a set of labelled pictures, streamed.</summary>
public static class ZeroShotEvaluator
{
    private const int BatchSize = 64;

    /// <summary>Classifies every picture among all labels of the set, and others.</summary>
    /// <param name="model">A model in evaluation mode.</param>
    /// <param name="texts">Its text tower.</param>
    /// <param name="set">The pictures.</param>
    /// <param name="others">Further labels that no picture of the set may have; empty for none.</param>
    /// <param name="report">Called after every batch with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>The score over the pictures that can be decoded; their number tells whether some could not.</returns>
    public static ZeroShotScore Evaluate(
        SparseClipModel model, SparseTextEncoder texts, LabelledSet set, IReadOnlyList<string> others, Action<int>? report, CancellationToken cancellationToken)
    {
        using var classifier = ZeroShotClassifier.Create(texts, [.. set.Labels.Union(others, StringComparer.Ordinal)], cancellationToken);
        using var images = new SparseImageEncoder(model);
        var place = classifier.Labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => (long)pair.index);
        using var everActive = new ActiveFeatures(images.Dimension);
        var l0 = new L0(images.Dimension);
        int top1 = 0, top5 = 0, done = 0;
        foreach (var batch in new EvaluationLoader(set, images.InputSize).Batches(BatchSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var codes = images.Pooled(tensor(batch.Pixels, [batch.Count, images.InputSize, images.InputSize, 3], ScalarType.Byte));
            var nearest = classifier.Nearest(codes, 5);
            for (var i = 0; i < batch.Count; i++)
            {
                var rank = Array.IndexOf(nearest[i], place[batch.Pictures[i].Label]);
                top1 += rank == 0 ? 1 : 0;
                top5 += rank >= 0 ? 1 : 0;
            }

            l0.Add(codes);
            everActive.Add(codes);
            done += batch.Count;
            report?.Invoke(done);
        }

        return new ZeroShotScore(
            (double)top1 / done, (double)top5 / done, l0.MeanFraction, everActive.ActiveFraction, classifier.Labels.Count, done);
    }
}
