using System.Collections.Concurrent;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Augmentation;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>
/// What may be trained on, by kind. Only the split "train" gets in: OpenMoji ("validation") and the held-out tenth of the photographs
/// ("heldout") never do, whatever the options say.
/// </summary>
internal sealed class TrainingPools
{
    private readonly ShardItem[] backgrounds;

    /// <summary>Groups an index.</summary>
    /// <param name="index">The data folder.</param>
    /// <param name="labelPower">Power of a label's count.</param>
    /// <param name="excludedArtists">Artists or sources to leave out.</param>
    /// <param name="silhouetteWeight">Factor of labels that only silhouettes carry.</param>
    /// <param name="vagueWeight">Factor in scenes of labels that no source calls concrete.</param>
    /// <param name="cacheBytes">Bytes of decoded pictures kept.</param>
    public TrainingPools(ShardIndex index, double labelPower, IReadOnlyCollection<string> excludedArtists, double silhouetteWeight, double vagueWeight, long cacheBytes)
    {
        var usable = index.Items.Where(item => item.Entry.Split == "train" && item.Entry.Source != EvaluationFamilies.Final
            && !excludedArtists.Contains(item.Entry.Artist) && !excludedArtists.Contains(item.Entry.Source)).ToList();
        double Weight(ShardItem item) => item.Entry.Category == "silhouette" ? silhouetteWeight : 1;
        Icons = new LabelPool(usable.Where(item => item.IsIcon), labelPower, Weight);
        SceneIcons = new LabelPool(usable.Where(item => item.IsIcon && item.Entry.Category is not ("Symbols" or "Flags" or "ui")
            && !item.Entry.Label.Contains(',')), labelPower,
            item => Weight(item) * (item.Entry.Concrete == true ? 1 : vagueWeight));
        Photos = new LabelPool(usable.Where(item => item.IsPhoto), labelPower);
        Captioned = [.. usable.Where(item => item.IsPhoto || item.IsIcon).Select(item => (Noun.Normalize(item.Entry.Label), item.Entry.Tags))];
        Nameable = [.. usable.Where(item => item.IsPhoto || (item.IsIcon && item.Entry.Concrete == true))
            .Select(item => Noun.Normalize(item.Entry.Label)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        backgrounds = [.. usable.Where(item => item.IsBackground)];
        Sprites = new SpriteCache(index, cacheBytes);
        BackgroundSprites = new SpriteCache(index, cacheBytes);
        Backdrop = new Backdrop(backgrounds.Length, Background);
    }

    public LabelPool Icons { get; }

    public LabelPool SceneIcons { get; }

    public LabelPool Photos { get; }

    /// <summary>Label and tags of every icon and photograph.</summary>
    public IReadOnlyList<(string Label, IReadOnlyList<string> Tags)> Captioned { get; }

    /// <summary>Labels of single nameable things: all photographs' and those of icons that their source calls concrete; sorted.</summary>
    public IReadOnlyList<string> Nameable { get; }

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
