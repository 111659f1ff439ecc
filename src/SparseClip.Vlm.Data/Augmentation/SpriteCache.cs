using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>Reads, decodes and keeps sprites: least recently used ones go when the bound is passed. Thread-safe.</summary>
/// <param name="index">Where the bytes are.</param>
/// <param name="bound">Bytes of decoded pictures kept.</param>
/// <param name="largestSide">Larger pictures are reduced by halves until their shorter side is below twice this.</param>
public sealed class SpriteCache(ShardIndex index, long bound, int largestSide = 192)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ShardItem, LinkedListNode<(ShardItem Item, Sprite Sprite)>> nodes = new(ReferenceEqualityComparer.Instance);
    private readonly LinkedList<(ShardItem Item, Sprite Sprite)> used = new();
    private long bytes;

    /// <summary>The picture.</summary>
    /// <exception cref="PictureException">It cannot be decoded; the message names shard and key.</exception>
    public Sprite Get(ShardItem item)
    {
        lock (gate)
        {
            if (nodes.TryGetValue(item, out var node))
            {
                used.Remove(node);
                used.AddFirst(node);
                return node.Value.Sprite;
            }
        }

        var sprite = Decode(item);
        lock (gate)
        {
            if (!nodes.ContainsKey(item))
            {
                nodes[item] = used.AddFirst((item, sprite));
                bytes += sprite.Bytes;
            }

            while (bytes > bound && used.Last is { } last)
            {
                used.RemoveLast();
                nodes.Remove(last.Value.Item);
                bytes -= last.Value.Sprite.Bytes;
            }
        }

        return sprite;
    }

    private Sprite Decode(ShardItem item)
    {
        try
        {
            var sprite = Decode(index.Read(item), item.IsIcon);
            while (Math.Min(sprite.Width, sprite.Height) >= 2 * largestSide)
            {
                sprite = sprite.Half();
            }

            return sprite;
        }
        catch (PictureException e)
        {
            throw new PictureException(e.Error, $"{index.Describe(item)}: {e.Message}", e);
        }
    }

    /// <summary>A picture file: with its opacity (icons) or opaque.</summary>
    public static Sprite Decode(byte[] file, bool hasOpacity)
    {
        if (!hasOpacity)
        {
            return Sprite.FromRgb(ImageDecoder.Decode(file));
        }

        if (PngSprite.TryDecode(file) is { } sprite)
        {
            return sprite;
        }

        var picture = ImageDecoder.DecodeRgba(file);
        return Sprite.FromRgba(picture.Width, picture.Height, picture.Pixels);
    }
}
