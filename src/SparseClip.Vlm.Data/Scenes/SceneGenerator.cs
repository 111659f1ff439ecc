using SparseClip.Vlm.Data.Augmentation;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Scenes;

/// <summary>One thing to put into a scene.</summary>
/// <param name="Label">Normalised label.</param>
/// <param name="Sprite">Its picture.</param>
/// <param name="MayFlip">Whether it may be mirrored.</param>
public sealed record SceneSprite(string Label, Sprite Sprite, bool MayFlip);

/// <summary>
/// Composes things on a background so that everything about the scene is known: boxes and colours are read from the pixels as drawn, and
/// boxes never overlap. The same things and random stream give the same bytes. Reused; not thread-safe.
/// </summary>
/// <param name="size">Side S of the pictures.</param>
/// <param name="backdrop">Paints what is behind.</param>
/// <param name="outlineChance">Probability that a thing becomes a line drawing; it then has no colour.</param>
public sealed class SceneGenerator(int size, Backdrop backdrop, double outlineChance = 0.15)
{
    /// <summary>Most things in a scene.</summary>
    public const int MaximumObjects = 5;

    /// <summary>About the colour of outlines, which then must stand out from the background.</summary>
    private static readonly (int R, int G, int B) Ink = (25, 25, 25);

    private readonly Layer layer = new(size);
    private readonly OutlineFilter outline = new(size);

    /// <summary>Draws a scene.</summary>
    /// <param name="things">1 to 5 things; the same label may come several times.</param>
    /// <param name="picture">[S, S, 3]; overwritten.</param>
    /// <param name="random">Source of every choice.</param>
    /// <returns>What is true of the picture.</returns>
    public SceneTruth Draw(IReadOnlyList<SceneSprite> things, Span<byte> picture, SeededRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(things.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(things.Count, MaximumObjects);
        var colours = new ColourMatrix[things.Count];
        var isOutlined = new bool[things.Count];
        Span<(int R, int G, int B)> means = stackalloc (int, int, int)[things.Count];
        for (var i = 0; i < things.Count; i++)
        {
            colours[i] = Colours(things, i, colours, random, out means[i]);
            isOutlined[i] = random.Chance(outlineChance);
            means[i] = isOutlined[i] ? Ink : means[i];
        }

        var boxes = SceneLayout.Place(things, size, random);
        var background = backdrop.Paint(picture, layer, BackdropMix.Scenes, means, random);
        var objects = new SceneObject[things.Count];
        for (var i = 0; i < things.Count; i++)
        {
            objects[i] = DrawThing(things[i], boxes[i], colours[i], isOutlined[i], picture, random);
        }

        return new SceneTruth(objects, background);
    }

    /// <summary>Things of one label share their colours, so that "two red cars" are both red.</summary>
    private static ColourMatrix Colours(IReadOnlyList<SceneSprite> things, int i, ColourMatrix[] chosen, SeededRandom random, out (int R, int G, int B) mean)
    {
        var sprite = things[i].Sprite;
        for (var earlier = 0; earlier < i; earlier++)
        {
            if (ReferenceEquals(things[earlier].Sprite, sprite))
            {
                mean = chosen[earlier].Apply(sprite.MeanRed, sprite.MeanGreen, sprite.MeanBlue);
                return chosen[earlier];
            }
        }

        if (sprite.IsBlack && random.Chance(0.75))
        {
            var isVivid = random.Chance(0.8);
            var (r, g, b) = Backdrop.FromHsv(random.Range(0, 6), isVivid ? random.Range(0.75f, 1) : 0.05f, random.Range(0.7f, 1));
            mean = (r, g, b);
            return ColourMatrix.Flat(r, g, b);
        }

        var jitter = ColourMatrix.Jitter(random, sprite.IsBlack ? 0.2f : 0.5f, grayChance: 0);
        mean = jitter.Apply(sprite.MeanRed, sprite.MeanGreen, sprite.MeanBlue);
        return jitter;
    }

    private SceneObject DrawThing(SceneSprite thing, PixelBox target, ColourMatrix colours, bool isOutlined, Span<byte> picture, SeededRandom random)
    {
        var box = thing.Sprite.Visible.IsEmpty ? new PixelBox(0, 0, thing.Sprite.Width, thing.Sprite.Height) : thing.Sprite.Visible;
        var scale = Math.Min(target.Width / (float)box.Width, target.Height / (float)box.Height);
        var at = Placement.Centred(box, scale, scale, (target.Left + target.Right) / 2f, (target.Top + target.Bottom) / 2f, 0, thing.MayFlip && random.Chance(0.5), size);
        layer.Draw(thing.Sprite, at, colours);
        if (isOutlined)
        {
            outline.Apply(layer, random);
        }

        layer.ComposeOnto(picture);
        var visible = layer.VisibleBox();
        visible = visible.IsEmpty ? target : visible;
        var side = (float)size;
        return new SceneObject(
            thing.Label, isOutlined ? null : DominantColour(visible),
            new SceneBox(visible.Left / side, visible.Top / side, visible.Right / side, visible.Bottom / side));
    }

    /// <summary>The colour of more than 55% of the layer's visible pixels; null where there is none.</summary>
    private string? DominantColour(PixelBox box)
    {
        Span<int> counts = stackalloc int[ColourNames.All.Count];
        var all = 0;
        for (var y = box.Top; y < box.Bottom; y++)
        {
            for (var x = box.Left; x < box.Right; x++)
            {
                var p = layer.Pixels.AsSpan(((y * size) + x) * 4, 4);
                int a = p[3];
                if (a >= Sprite.VisibleAlpha)
                {
                    counts[a == 255 ? ColourNames.Classify(p[0], p[1], p[2]) : ColourNames.Classify(p[0] * 255 / a, p[1] * 255 / a, p[2] * 255 / a)]++;
                    all++;
                }
            }
        }

        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > ColourNames.DominantShare * all)
            {
                return ColourNames.All[i];
            }
        }

        return null;
    }
}
