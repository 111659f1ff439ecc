using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Modeling.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>
/// How features come about (Sparse CLIP, section 3): at some moments of a run, the words and pictures that activate each feature most, and how much of its
/// activation comes from pictures.
/// </summary>
/// <param name="data">The gallery and the words; not owned.</param>
public sealed class FeatureEvolution(StudyData data)
{
    /// <summary>The shares of training that are looked at.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.01, 0.03, 0.1, 0.3, 1];

    /// <summary>Bins of modality scores.</summary>
    public const int Bins = 20;

    private const int TopWords = 3;
    private const int TopPictures = 3;
    private readonly List<Snapshot> _snapshots = [];

    /// <summary>Words [k, D], pictures [k, D] and how many pictures activate a feature [D], at a moment.</summary>
    private sealed record Snapshot(double Share, long[,] Words, long[,] Pictures, double[] Density, ModalityMoment Modality);

    /// <summary>The modality scores of all moments.</summary>
    public IReadOnlyList<ModalityMoment> Modality => [.. _snapshots.Select(snapshot => snapshot.Modality)];

    /// <summary>Looks at a model in evaluation mode.</summary>
    public void Look(double share, StudyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var modality = new ModalityScore(model.Config.Dimension);
        var blocks = new List<Tensor>();
        foreach (var pooled in data.Gallery.SelectMany(set => set.PooledBlocks()))
        {
            blocks.Add(Units(() => model.image.forward(pooled)));
            modality.AddImages(blocks[^1]);
        }

        foreach (var set in data.Gallery)
        {
            for (var start = 0; start < set.Count; start += 256)
            {
                using var texts = NewDisposeScope();
                modality.AddTexts(Units(() => model.text.forward(set.States.narrow(0, start, Math.Min(256, set.Count - start)).to_type(ScalarType.Float32))));
            }
        }

        var pictures = cat(blocks); // [N, D]
        var words = cat([.. data.Words.Chunk(512).Select(chunk =>
            Units(() => model.text.forward(data.Texts.States([.. chunk.Select(CaptionWriter.Plain)]))))]); // [W, D]
        var scores = modality.Score();
        var counts = new int[Bins];
        foreach (var score in scores.PerFeature.Where(score => !double.IsNaN(score)))
        {
            counts[Math.Min((int)(score * Bins), Bins - 1)]++;
        }

        _snapshots.Add(new Snapshot(
            share, Top(words, TopWords), Top(pictures, TopPictures), pictures.IsAbove(0).to_type(ScalarType.Float64).mean([0]).data<double>().ToArray(),
            new ModalityMoment(share, counts, scores.Mean, scores.FractionWithin(0.1, 0.9))));
    }

    /// <summary>
    /// Features chosen by a rule and not by hand: those that are active in at least two gallery pictures at the end, sorted by how many activate them, at
    /// evenly spaced places.
    /// </summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<FeatureHistory> Choose(int count)
    {
        if (_snapshots.Count == 0)
        {
            return [];
        }

        var density = _snapshots[^1].Density;
        var pictures = data.Gallery.Sum(set => set.Count);
        var live = Enumerable.Range(0, density.Length).Where(feature => density[feature] * pictures >= 1.5)
            .OrderByDescending(feature => density[feature]).ThenBy(feature => feature).ToArray();
        var chosen = Math.Min(count, live.Length);
        return [.. Enumerable.Range(0, chosen).Select(i => live[(int)(((2L * i) + 1) * live.Length / (2 * chosen))]).Select(feature => new FeatureHistory(
            feature, [.. _snapshots.Select(snapshot => Moment(snapshot, feature))]))];
    }

    private FeatureMoment Moment(Snapshot snapshot, int feature) => new(
        snapshot.Share,
        [.. Column(snapshot.Words, feature).Select(word => data.Words[(int)word])],
        [.. Column(snapshot.Pictures, feature).Select(picture => (int)picture)],
        snapshot.Density[feature]);

    private static IEnumerable<long> Column(long[,] table, int feature) =>
        Enumerable.Range(0, table.GetLength(0)).Select(rank => table[rank, feature]).Where(place => place >= 0);

    /// <summary>The rows that activate each feature most, -1 where none does. [N, D] -> [k, D]</summary>
    private static long[,] Top(Tensor codes, int count)
    {
        var k = (int)Math.Min(count, codes.shape[0]);
        var (values, indices) = codes.topk(k, dim: 0);
        var places = indices.FilledWhere(values.IsAtMost(0), -1).contiguous().data<long>().ToArray();
        var columns = (int)codes.shape[1];
        var table = new long[k, columns];
        Buffer.BlockCopy(places, 0, table, 0, places.Length * sizeof(long));
        return table;
    }

    /// <summary>Unit codes; what is computed on the way is freed.</summary>
    private static Tensor Units(Func<Tensor> codes)
    {
        using var scope = NewDisposeScope();
        return nn.functional.normalize(codes(), dim: 1).MoveToOuterDisposeScope();
    }
}
