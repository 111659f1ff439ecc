using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation.Features;

/// <summary>A dictionary over the unit embeddings of a dense twin.</summary>
/// <param name="Name">As in the result.</param>
/// <param name="Coder">Takes unit embeddings apart; not owned.</param>
public sealed record NamedDictionary(string Name, ISparseCoder Coder);

/// <summary>
/// Measures what the features of a tower are like on pictures: whether those that a feature is active in look alike to the pretrained trunk, how many features are in
/// use, how few of them a picture needs, and whether they belong to pictures and texts alike. Dictionaries over a dense twin are measured on the same pictures.
/// </summary>
public static class FeatureEvaluator
{
    private const int BatchSize = 32;
    private const int ModalityBins = 10;
    private const int Seed = 1; // of the captions

    /// <summary>Measures a tower, and dictionaries beside it, in one pass over the pictures.</summary>
    /// <param name="model">A sparse tower in evaluation mode.</param>
    /// <param name="texts">Its text tower; reads a caption of every picture.</param>
    /// <param name="captions">Writes them, as it does in training.</param>
    /// <param name="embedding">What Clarity is measured by.</param>
    /// <param name="set">The pictures.</param>
    /// <param name="twin">The dense twin that the dictionaries are over, of the tower's input size; null without dictionaries.</param>
    /// <param name="dictionaries">Dictionaries over the twin.</param>
    /// <param name="report">Called with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ConfigurationException">The twin has another input size.</exception>
    public static FeatureReport Evaluate(
        SparseClipModel model, SparseTextEncoder texts, CaptionWriter captions, PretrainedEmbedding embedding, LabelledSet set,
        SparseClipModel? twin, IReadOnlyList<NamedDictionary> dictionaries, Action<int>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(dictionaries);
        if (twin is not null && twin.Config.ImageSize != model.Config.ImageSize)
        {
            throw new ConfigurationException(
                $"The twin reads pictures of {twin.Config.ImageSize} pixels a side, the tower of {model.Config.ImageSize}: give a twin that was trained at the tower's size.");
        }

        using var images = new SparseImageEncoder(model);
        using var dense = twin is null ? null : new SparseImageEncoder(twin);
        using var meter = new FeatureMeter(images.Dimension, embedding.Width);
        using var modality = new ModalityScore(images.Dimension);
        var meters = dictionaries.Select(dictionary => new FeatureMeter(dictionary.Coder.Dimension, embedding.Width)).ToArray();
        try
        {
            var done = 0;
            foreach (var batch in new EvaluationLoader(set, images.InputSize).Batches(BatchSize, cancellationToken))
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var pixels = tensor(batch.Pixels, [batch.Count, images.InputSize, images.InputSize, 3], ScalarType.Byte);
                var independent = embedding.Pool(batch.Pixels, batch.Count).to_type(ScalarType.Float32);
                var codes = images.Pooled(pixels);
                meter.Add(codes, independent);
                modality.AddImages(nn.functional.normalize(codes, dim: 1));
                var lines = batch.Pictures.Select((picture, i) =>
                    captions.Write(Noun.Normalize(picture.Label), picture.Entry?.Tags ?? [], new SeededRandom(Seed, done + i)));
                modality.AddTexts(nn.functional.normalize(texts.Codes([.. lines], cancellationToken), dim: 1));
                if (dense is not null)
                {
                    var units = nn.functional.normalize(dense.Pooled(pixels), dim: 1);
                    foreach (var (dictionary, its) in dictionaries.Zip(meters))
                    {
                        its.Add(dictionary.Coder.Encode(units), independent);
                    }
                }

                done += batch.Count;
                report?.Invoke(done);
            }

            var scores = modality.Score();
            return new FeatureReport(
                meter.Score("sparse tower"), scores.Mean, scores.FractionWithin(0.1, 0.9), Bins(scores),
                [.. dictionaries.Zip(meters, (dictionary, its) => its.Score(dictionary.Name))], done);
        }
        finally
        {
            foreach (var its in meters)
            {
                its.Dispose();
            }
        }
    }

    private static int[] Bins(ModalityScores scores)
    {
        var counts = new int[ModalityBins];
        foreach (var score in scores.PerFeature.Where(score => !double.IsNaN(score)))
        {
            counts[Math.Min((int)(score * ModalityBins), ModalityBins - 1)]++;
        }

        return counts;
    }
}
