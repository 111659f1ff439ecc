using System.Collections.Concurrent;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Training.Data.Augmentation;
using SparseClip.Vlm.Training.Data.Shards;

namespace SparseClip.Vlm.Training.Data.Loading;

/// <summary>
/// What may be trained on, by kind. Only the split "train" gets in: OpenMoji ("validation") and the held-out tenth of the photographs
/// ("heldout") never do, whatever the options say.
/// </summary>
internal sealed class TrainingPools
{
    private readonly ShardItem[] backgrounds;

    public TrainingPools(ShardIndex index, double labelPower, IReadOnlyCollection<string> excludedArtists, long cacheBytes)
    {
        var usable = index.Items.Where(item => item.Entry.Split == "train" && item.Entry.Source != "openmoji"
            && !excludedArtists.Contains(item.Entry.Artist) && !excludedArtists.Contains(item.Entry.Source)).ToList();
        Icons = new LabelPool(usable.Where(item => item.IsIcon), labelPower);
        SceneIcons = new LabelPool(usable.Where(item => item.IsIcon && item.Entry.Category is not ("Symbols" or "Flags" or "ui")), labelPower);
        Photos = new LabelPool(usable.Where(item => item.IsPhoto), labelPower);
        backgrounds = [.. usable.Where(item => item.IsBackground)];
        Sprites = new SpriteCache(index, cacheBytes);
        BackgroundSprites = new SpriteCache(index, cacheBytes);
        Backdrop = new Backdrop(backgrounds.Length, Background);
    }

    public LabelPool Icons { get; }

    public LabelPool SceneIcons { get; }

    public LabelPool Photos { get; }

    private SpriteCache Sprites { get; }

    public Backdrop Backdrop { get; }

    /// <summary>Pictures that could not be decoded, with the reason.</summary>
    public ConcurrentDictionary<ShardItem, string> Unreadable { get; } = new(ReferenceEqualityComparer.Instance);

    private SpriteCache BackgroundSprites { get; }

    /// <summary>The picture of an item; one that cannot be decoded is remembered.</summary>
    /// <exception cref="PictureException">It cannot be decoded.</exception>
    public Sprite Sprite(ShardItem item)
    {
        try
        {
            return (item.IsBackground ? BackgroundSprites : Sprites).Get(item);
        }
        catch (PictureException e)
        {
            Unreadable.TryAdd(item, e.Message);
            throw;
        }
    }

    /// <summary>The first readable one from a number on.</summary>
    private (Sprite Sprite, string Label) Background(int number)
    {
        for (var i = 0; i < backgrounds.Length; i++)
        {
            var item = backgrounds[(number + i) % backgrounds.Length];
            try
            {
                return (Sprite(item), item.Entry.Label);
            }
            catch (PictureException)
            {
            }
        }

        throw new ShardException($"None of the {backgrounds.Length} background pictures can be decoded; the first: {Unreadable[backgrounds[0]]}");
    }
}
