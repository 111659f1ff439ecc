using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;


namespace SparseClip.Vlm.Data.Loading;

/// <summary>What one picture of a batch will be made of.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Parts">The labels and pictures that go in, in drawing order.</param>
internal sealed record PlannedPicture(ClipItemKind Kind, IReadOnlyList<(string Label, ShardItem Item)> Parts);

/// <summary>Draws the labels and pictures of a batch: a function of options, seed and step only.</summary>
internal static class ClipBatchPlan
{
    public static (List<PlannedPicture> Pictures, HashSet<string> Taken) Make(
        TrainingPools pools, ClipLoaderOptions options, long step, IReadOnlyCollection<ShardItem> unreadable)
    {
        var random = new SeededRandom(options.Seed, step);
        var taken = new HashSet<string>(StringComparer.Ordinal);

        // Photographs have the fewest labels, so they choose first.
        var photos = Times(options.Photos, () => new PlannedPicture(ClipItemKind.Photo, [pools.Photos.Draw(random, taken, unreadable)]));
        var icons = Times(options.Icons, () => new PlannedPicture(ClipItemKind.Icon, [pools.Icons.Draw(random, taken, unreadable)]));
        var scenes = Times(options.Scenes, () => new PlannedPicture(ClipItemKind.Scene, Scene(pools, options.SceneObjects, random, taken, unreadable)));
        var extras = Times(options.Extras, () => new PlannedPicture(ClipItemKind.Extra, Times(random.Chance(0.5) ? 1 : 2, () =>
        {
            var item = pools.Photos.DrawAny(random, unreadable);
            return (Noun.Normalize(item.Entry.Label), item);
        })));
        return ([.. icons, .. scenes, .. photos, .. extras], taken);
    }

    /// <summary>Two or more things of distinct labels, no pair of them held out (<see cref="SceneSplit"/>); with more than two things, a countable one may come several times.</summary>
    public static List<(string Label, ShardItem Item)> Scene(
        TrainingPools pools, int mostObjects, SeededRandom random, HashSet<string> taken, IReadOnlyCollection<ShardItem> unreadable, int leastObjects = 2)
    {
        var count = Math.Min(leastObjects, mostObjects) + random.Next(mostObjects - Math.Min(leastObjects, mostObjects) + 1);
        var parts = new List<(string Label, ShardItem Item)>();
        while (parts.Count < count)
        {
            var part = pools.SceneIcons.Draw(random, taken, unreadable);
            if (parts.Any(other => SceneSplit.IsHeldOut(other.Label, part.Label)))
            {
                taken.Remove(part.Label);
                continue;
            }

            var room = count - parts.Count;
            var copies = mostObjects > 2 && Noun.IsCountable(part.Label) && random.Chance(0.4) ? 1 + random.Next(room) : 1;
            parts.AddRange(Enumerable.Repeat(part, copies));
        }

        random.Shuffle(parts);
        return parts;
    }

    private static List<T> Times<T>(int count, Func<T> make)
    {
        var list = new List<T>(count);
        for (var i = 0; i < count; i++)
        {
            list.Add(make());
        }

        return list;
    }
}
