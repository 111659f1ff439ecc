using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;


namespace SparseClip.Vlm.Data.Loading;

/// <summary>
/// Pictures grouped by normalised label; labels are drawn with weight count^power. Pictures that turned out to be unreadable are passed over
/// without changing the weights, so that a resumed run draws what the first one drew.
/// </summary>
internal sealed class LabelPool
{
    private readonly string[] labels;
    private readonly ShardItem[][] items;
    private readonly double[] cumulative;

    /// <summary>Groups pictures.</summary>
    /// <param name="all">The pictures.</param>
    /// <param name="power">Power of a label's count.</param>
    /// <param name="weight">Factor of a label: the largest of its pictures'; null for 1.</param>
    public LabelPool(IEnumerable<ShardItem> all, double power, Func<ShardItem, double>? weight = null)
    {
        var groups = all
            .Select(item => (Label: Noun.Normalize(item.Entry.Label), Item: item))
            .Where(pair => pair.Label.Length is > 0 and <= 80)
            .GroupBy(pair => pair.Label, pair => pair.Item, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        labels = [.. groups.Select(g => g.Key)];
        items = [.. groups.Select(g => g.ToArray())];
        cumulative = new double[labels.Length];
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            sum += Math.Pow(items[i].Length, power) * (weight is null ? 1 : items[i].Max(weight));
            cumulative[i] = sum;
        }
    }

    public IReadOnlyList<string> Labels => labels;

    public int PictureCount => items.Sum(group => group.Length);

    /// <summary>Draws a label that is not taken, and one of its pictures; takes it.</summary>
    /// <exception cref="InvalidOperationException">Nearly all labels are taken.</exception>
    public (string Label, ShardItem Item) Draw(SeededRandom random, HashSet<string> taken, IReadOnlyCollection<ShardItem> unreadable)
    {
        for (var tries = 0; tries < 20_000 && labels.Length > 0; tries++)
        {
            var at = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
            at = Math.Min(at < 0 ? ~at : at + 1, labels.Length - 1);
            var first = random.Next(items[at].Length);
            if (!taken.Contains(labels[at]) && Readable(items[at], first, unreadable) is { } item)
            {
                taken.Add(labels[at]);
                return (labels[at], item);
            }
        }

        throw new ShardException(
            $"The data folder has {labels.Length} usable labels of the kind asked for, too few for a batch without repeated labels; make the batch smaller or build more sources (photographs come by 'data build --photos').");
    }

    /// <summary>Any picture, labels free to repeat.</summary>
    public ShardItem DrawAny(SeededRandom random, IReadOnlyCollection<ShardItem> unreadable) => Draw(random, [], unreadable).Item;

    private static ShardItem? Readable(ShardItem[] group, int first, IReadOnlyCollection<ShardItem> unreadable)
    {
        for (var i = 0; i < group.Length; i++)
        {
            var item = group[(first + i) % group.Length];
            if (unreadable.Count == 0 || !unreadable.Contains(item))
            {
                return item;
            }
        }

        return null;
    }
}
