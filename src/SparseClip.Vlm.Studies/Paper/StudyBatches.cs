using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Batches of a study: the rows of a step are a function of (seed, step), and no label or caption comes twice in a batch.</summary>
public sealed class StudyBatches
{
    private const int TriesARow = 400;
    private readonly StudySet _set;
    private readonly int _seed;

    /// <param name="set">What is drawn from; not owned.</param>
    /// <param name="size">Rows of a batch, 2 or more.</param>
    /// <param name="seed">Of the rows.</param>
    public StudyBatches(StudySet set, int size, int seed)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        (_set, Size, _seed) = (set, size, seed);
    }

    /// <summary>Rows of a batch.</summary>
    public int Size { get; }

    /// <summary>The rows of a step.</summary>
    /// <exception cref="TrainingException">The set has too few labels.</exception>
    public long[] Rows(long step)
    {
        var random = new SeededRandom(_seed, step);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var rows = new List<long>(Size);
        for (var tries = 0; rows.Count < Size; tries++)
        {
            if (tries >= TriesARow * Size)
            {
                throw new TrainingException($"The study's {_set.Count} pictures have too few labels for batches of {Size} without a repeated one; build more sources.");
            }

            var row = random.Next(_set.Count);
            var picture = _set.Pictures[row];
            if (!picture.Labels.Any(taken.Contains) && taken.Add("caption: " + picture.Caption))
            {
                taken.UnionWith(picture.Labels);
                rows.Add(row);
            }
        }

        return [.. rows];
    }

    /// <summary>The pooled pictures and caption states of a step, float32, the caller's. [B, e], [B, w]</summary>
    public (Tensor Pooled, Tensor States) At(long step) => _set.Rows(Rows(step));

    /// <summary>Rows spread evenly over the set, for statistics. [n, e], [n, w]</summary>
    public (Tensor Pooled, Tensor States) Sample(int most)
    {
        var count = Math.Min(most, _set.Count);
        return _set.Rows([.. Enumerable.Range(0, count).Select(i => (long)i * _set.Count / count)]);
    }
}
