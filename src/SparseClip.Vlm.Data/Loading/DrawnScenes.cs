using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Augmentation;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>
/// Scenes drawn one at a time, of two things whose combination no training scene has (<see cref="SceneSplit"/>), or of one thing several times: scene i is a function of the data folder,
/// the pictures' source, the size and i.
/// </summary>
public sealed class DrawnScenes
{
    /// <summary>The side in pixels of scenes that whole models are asked about, as picture files.</summary>
    public const int QuestionedSize = 192;

    private const int CacheBytes = 1 << 26;
    private readonly TrainingPools pools;
    private readonly LabelPool things;
    private readonly SpriteCache sprites;
    private readonly SceneGenerator generator;

    /// <param name="index">The data folder.</param>
    /// <param name="labels">The labels that things may have.</param>
    /// <param name="size">Side S in pixels.</param>
    /// <param name="source">The icon family of the things, such as "openmoji"; null for those that are trained on.</param>
    /// <param name="leftOut">Artists that are not trained on.</param>
    /// <exception cref="ShardException">Fewer than two such labels have a picture.</exception>
    public DrawnScenes(ShardIndex index, IReadOnlyCollection<string> labels, int size, string? source, IReadOnlyCollection<string> leftOut)
    {
        var wanted = labels.ToHashSet(StringComparer.Ordinal);
        pools = new TrainingPools(index, 1, leftOut, 1, 1, CacheBytes);
        sprites = new SpriteCache(index, CacheBytes);
        things = new LabelPool(
            index.Items.Where(item => item.IsIcon && wanted.Contains(Noun.Normalize(item.Entry.Label)) && (source is null
                ? item.Entry.Split == "train" && !leftOut.Contains(item.Entry.Artist) && !leftOut.Contains(item.Entry.Source)
                : item.Entry.Source == source)),
            0);
        generator = new SceneGenerator(size, pools.Backdrop, outlineChance: 0);
        Size = size;
        if (things.Labels.Count < 2)
        {
            throw new ShardException($"The data folder has {things.Labels.Count} labels with pictures of {source ?? "the training families"}; two-object scenes need at least two.");
        }
    }

    /// <summary>Side S in pixels.</summary>
    public int Size { get; }

    /// <summary>Draws two things of different labels.</summary>
    /// <param name="number">The scene's number, 0 or more.</param>
    /// <param name="picture">[S, S, 3]; overwritten.</param>
    /// <returns>What is true of it.</returns>
    public SceneTruth DrawTwo(int number, Span<byte> picture)
    {
        var random = new SeededRandom(number);
        while (true)
        {
            var taken = new HashSet<string>(StringComparer.Ordinal);
            var first = things.Draw(random, taken, []);
            var second = things.Draw(random, taken, []);
            if (SceneSplit.IsHeldOut(first.Label, second.Label) && TryDraw([first, second], picture, random) is { } truth)
            {
                return truth;
            }
        }
    }

    /// <summary>Draws the same thing once or several times, each number with the same probability.</summary>
    /// <param name="number">The scene's number, 0 or more.</param>
    /// <param name="picture">[S, S, 3]; overwritten.</param>
    /// <returns>What is true of it.</returns>
    public SceneTruth DrawEqual(int number, Span<byte> picture)
    {
        var random = new SeededRandom(number, 1);
        while (true)
        {
            var count = 1 + random.Next(AttributeFeatures.Numbers.Count);
            var thing = things.Draw(random, [], []);
            if (Noun.IsCountable(thing.Label) && TryDraw([.. Enumerable.Repeat(thing, count)], picture, random) is { } truth)
            {
                return truth;
            }
        }
    }

    /// <summary>Null where a picture cannot be decoded.</summary>
    private SceneTruth? TryDraw((string Label, ShardItem Item)[] parts, Span<byte> picture, SeededRandom random)
    {
        try
        {
            return generator.Draw(
                [.. parts.Select(part => new SceneSprite(part.Label, sprites.Get(part.Item), IconAugmenter.MayFlip(part.Label, part.Item.Entry.Category)))], picture, random);
        }
        catch (PictureException)
        {
            return null;
        }
    }
}
