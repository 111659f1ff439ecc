using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Evaluation.Features;
using SparseClip.Vlm.Modeling.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Measures whatever embeds, block by block.</summary>
/// <param name="data">The measured sets; not owned.</param>
public sealed class StudyMeasurements(StudyData data)
{
    /// <summary>Accuracy, retrieval and L0 (Sparse CLIP, table 1).</summary>
    public EmbeddingScores Scores(StudyEmbedder embedder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        using var noGrad = no_grad();
        var l0 = new L0(embedder.Dimension);
        var openMoji = Accuracy(embedder, data.OpenMoji, l0, cancellationToken);
        var photographs = Accuracy(embedder, data.Photographs, l0, cancellationToken);
        var fxEmoji = Accuracy(embedder, data.FxEmoji, null, cancellationToken);
        return new EmbeddingScores(
            l0.MeanCount, l0.MeanFraction, openMoji, photographs, fxEmoji,
            Retrieve(embedder, data.Photographs, FirstOfEachLabel(data.Photographs)),
            Retrieve(embedder, data.Scenes, [.. Enumerable.Range(0, data.Scenes.Count).Select(i => (long)i)]));
    }

    /// <summary>Clarity with the untouched trunk's pooled vector as the independent embedding, active features and L0 (Sparse CLIP, table 3a).</summary>
    public InterpretabilityScores Interpretability(StudyEmbedder embedder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        using var noGrad = no_grad();
        using var meter = new FeatureMeter(embedder.Dimension, (int)data.ImageWidth);
        foreach (var pooled in data.Gallery.SelectMany(set => set.PooledBlocks()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            meter.Add(embedder.Codes(pooled), pooled);
        }

        var score = meter.Score(nameof(Interpretability));
        return new InterpretabilityScores(score.Clarity, score.Baseline, score.MeasuredFeatures, score.ActiveFraction, score.L0Count);
    }

    private AccuracyScore Accuracy(StudyEmbedder embedder, StudySet set, L0? l0, CancellationToken cancellationToken)
    {
        using var classifier = ZeroShotClassifier.Create(Encode, set.Labels);
        var place = classifier.Labels.Index().ToDictionary(pair => pair.Item, pair => (long)pair.Index, StringComparer.Ordinal);
        int top1 = 0, top5 = 0, done = 0;
        foreach (var pooled in set.PooledBlocks())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var codes = embedder.Codes(pooled);
            l0?.Add(codes.abs());
            foreach (var nearest in classifier.Nearest(embedder.Images(codes), 5))
            {
                var rank = Array.IndexOf(nearest, place[set.Pictures[done++].Labels[0]]);
                (top1, top5) = (top1 + (rank == 0 ? 1 : 0), top5 + (rank >= 0 ? 1 : 0));
            }
        }

        return new AccuracyScore((double)top1 / done, (double)top5 / done, classifier.Labels.Count, done);

        Tensor Encode(IReadOnlyList<string> texts)
        {
            using var states = data.Texts.States(texts);
            return embedder.Texts(states);
        }
    }

    private static RetrievalScore Retrieve(StudyEmbedder embedder, StudySet set, long[] rows)
    {
        using var scope = NewDisposeScope();
        var (pooled, states) = set.Rows(rows);
        return Retrieval.Evaluate(
            nn.functional.normalize(embedder.Images(embedder.Codes(pooled)), dim: 1), nn.functional.normalize(embedder.Texts(states), dim: 1));
    }

    private static long[] FirstOfEachLabel(StudySet set) =>
        [.. set.Pictures.Index().DistinctBy(pair => pair.Item.Labels[0], StringComparer.Ordinal).Select(pair => (long)pair.Index)];
}
