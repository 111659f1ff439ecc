using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>
/// One icon at a random place, size, angle and colour on a random background, sometimes as a line
/// drawing. Writes straight into the batch. Reused; not thread-safe.
/// </summary>
public sealed class IconAugmenter(int size, Backdrop backdrop, IconAugmentation strength)
{
    private readonly Layer layer = new(size);
    private readonly OutlineFilter outline = new(size);

    /// <summary>Draws one picture.</summary>
    /// <param name="sprite">The icon.</param>
    /// <param name="mayFlip">See <see cref="MayFlip"/>.</param>
    /// <param name="picture">[S, S, 3]; overwritten.</param>
    /// <param name="random">Source of every choice.</param>
    public void Draw(Sprite sprite, bool mayFlip, Span<byte> picture, SeededRandom random)
    {
        var colours = Colours(sprite, random, out var mean);
        var isOutlined = random.Chance(strength.OutlineChance);
        if (isOutlined)
        {
            mean = random.Chance(0.9) ? (20, 20, 20) : mean; // dark lines want a light ground
        }

        backdrop.Paint(picture, layer, strength.Backdrops, [mean], random);
        layer.Draw(sprite, Place(sprite, mayFlip, random), colours);
        if (isOutlined)
        {
            outline.Apply(layer, random);
        }

        layer.ComposeOnto(picture);
    }

    /// <summary>Whether mirroring keeps the meaning: not for letters, digits, arrows, clocks and whatever says left or right.</summary>
    public static bool MayFlip(string label, string category) =>
        category is not ("Symbols" or "Flags") && !label.Split(' ', '-').Any(word => word is "left" or "right" or "clockwise" or "counterclockwise" or "arrow"
            or "arrows" or "letter" or "button" or "keycap" or "sign" or "clock" or "o'clock" or "card" or "text" or "abc" or "calendar" or "thirty" or "number");

    /// <summary>Silhouettes take any colour in half of the cases, others a jitter.</summary>
    private ColourMatrix Colours(Sprite sprite, SeededRandom random, out (int R, int G, int B) mean)
    {
        if (sprite.IsBlack && random.Chance(0.5))
        {
            var (r, g, b) = Backdrop.FromHsv(random.Range(0, 6), random.Range(0, 1), random.Range(0.3f, 1));
            mean = (r, g, b);
            return ColourMatrix.Flat(r, g, b);
        }

        var jitter = ColourMatrix.Jitter(random, sprite.IsBlack ? 0.3f : strength.Jitter);
        mean = jitter.Apply(sprite.MeanRed, sprite.MeanGreen, sprite.MeanBlue);
        return jitter;
    }

    private Placement Place(Sprite sprite, bool mayFlip, SeededRandom random)
    {
        var box = sprite.Visible.IsEmpty ? new PixelBox(0, 0, sprite.Width, sprite.Height) : sprite.Visible;
        var stretch = MathF.Exp(random.Normal(0.06f));
        var scale = random.Range(strength.LeastScale, 1) * size / Math.Max(box.Width * stretch, box.Height / stretch);
        var (scaleX, scaleY) = (scale * stretch, scale / stretch);
        var (roomX, roomY) = ((size - (box.Width * scaleX)) / 2, (size - (box.Height * scaleY)) / 2);
        var angle = random.Chance(strength.RotationChance) ? Math.Clamp(random.Normal(0.14f), -0.35f, 0.35f) : 0;
        return Placement.Centred(
            box, scaleX, scaleY, (size / 2f) + random.Range(-roomX, roomX), (size / 2f) + random.Range(-roomY, roomY), angle, mayFlip && random.Chance(0.5), size);
    }
}
