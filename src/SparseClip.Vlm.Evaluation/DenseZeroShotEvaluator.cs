using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Modeling.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation;

/// <summary>Zero-shot accuracy of a dense model over a set of pictures.</summary>
/// <param name="Top1">The share of pictures whose label is the nearest, 0..1.</param>
/// <param name="Top5">The share of pictures whose label is among the five nearest, 0..1.</param>
/// <param name="Labels">The number of classes.</param>
/// <param name="Pictures">The number of pictures that could be decoded.</param>
public sealed record DenseZeroShotScore(double Top1, double Top5, int Labels, int Pictures);

/// <summary>
/// Measures an imported CLIP as <see cref="ZeroShotEvaluator"/> measures a sparse one, with the same prompts; pictures are prepared as the
/// imported model's publisher does, transparent ones on white.
/// </summary>
public static class DenseZeroShotEvaluator
{
    private const int BatchSize = 32;

    /// <summary>Classifies every picture among all labels of the set.</summary>
    /// <param name="clip">The model.</param>
    /// <param name="set">The pictures; those that cannot be decoded are passed over.</param>
    /// <param name="report">Called after every batch with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ShardException">Not one picture can be decoded.</exception>
    public static DenseZeroShotScore Evaluate(ImportedClip clip, LabelledSet set, Action<int>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(set);
        using var classifier = ZeroShotClassifier.Create(texts => clip.EmbedTexts(texts, cancellationToken), set.Labels);
        var place = classifier.Labels.Index().ToDictionary(pair => pair.Item, pair => (long)pair.Index);
        int top1 = 0, top5 = 0, done = 0;
        foreach (var batch in set.Pictures.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var decoded = batch.Select(picture => (picture.Label, Picture: Decode(set.Read(picture)))).Where(pair => pair.Picture is not null).ToArray();
            if (decoded.Length > 0)
            {
                using var embeddings = clip.EmbedPictures([.. decoded.Select(pair => pair.Picture!)]);
                var ranks = classifier.Nearest(embeddings, 5).Zip(decoded, (nearest, pair) => Array.IndexOf(nearest, place[pair.Label])).ToArray();
                (top1, top5, done) = (top1 + ranks.Count(rank => rank == 0), top5 + ranks.Count(rank => rank >= 0), done + ranks.Length);
                report?.Invoke(done);
            }
        }

        return done == 0
            ? throw new ShardException($"None of the {set.Pictures.Count} pictures can be decoded.")
            : new DenseZeroShotScore((double)top1 / done, (double)top5 / done, classifier.Labels.Count, done);
    }

    private static RgbPicture? Decode(byte[] bytes)
    {
        try
        {
            return ImageDecoder.Decode(bytes);
        }
        catch (PictureException)
        {
            return null;
        }
    }
}
