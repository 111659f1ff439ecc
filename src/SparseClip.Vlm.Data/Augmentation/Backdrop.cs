using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;


namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>How often each kind of background is drawn; the weights sum to 1.</summary>
public sealed record BackdropMix(double White, double Flat, double Gradient, double Pattern, double Photo)
{
    /// <summary>Behind a single icon.</summary>
    public static BackdropMix Icons { get; } = new(0.36, 0.22, 0.14, 0.06, 0.22);

    /// <summary>Behind a scene.</summary>
    public static BackdropMix Scenes { get; } = new(0.25, 0.25, 0.15, 0.05, 0.30);
}

/// <summary>Paints backgrounds: white, flat, gradients, patterns and crops of photographs of landscapes and space.</summary>
/// <param name="photos">How many photographs there are; 0 for none.</param>
/// <param name="photo">The photograph of a number and its label.</param>
public sealed class Backdrop(int photos, Func<int, (Sprite Sprite, string Label)> photo)
{
    /// <summary>Least distance of mean colours, per channel summed, at which a sprite stands out from a plain background.</summary>
    private const int Contrast = 110;

    private const int MostTries = 8;

    /// <summary>Paints the whole picture.</summary>
    /// <param name="picture">[size, size, 3]; overwritten.</param>
    /// <param name="layer">Scratch of that size.</param>
    /// <param name="mix">How often each kind.</param>
    /// <param name="means">Mean colours of what will stand on it; backgrounds too near to one are drawn again, eight times at most.</param>
    /// <param name="random">Source of the choice.</param>
    /// <returns>What it is: "white", a colour name, "gradient", "pattern" or a photograph's label.</returns>
    public string Paint(Span<byte> picture, Layer layer, BackdropMix mix, ReadOnlySpan<(int R, int G, int B)> means, SeededRandom random)
    {
        var what = random.NextDouble() * (photos > 0 ? 1 : 1 - mix.Photo);
        if (what >= 1 - mix.Photo)
        {
            return PaintPhoto(picture, layer, random);
        }

        var isPlain = what < mix.White;
        var first = isPlain ? ((byte)255, (byte)255, (byte)255) : RandomColour(random);
        for (var tries = 0; tries < MostTries && !StandsOut(first, means); tries++)
        {
            (first, isPlain) = (RandomColour(random), false);
        }

        what -= mix.White + mix.Flat;
        if (what < 0)
        {
            PaintFlat(picture, first);
            return isPlain ? "white" : ColourNames.All[ColourNames.Classify(first.Item1, first.Item2, first.Item3)];
        }

        var second = RandomColour(random);
        for (var tries = 0; tries < MostTries && !StandsOut(second, means); tries++)
        {
            second = RandomColour(random);
        }

        if (what < mix.Gradient)
        {
            Patterns.Gradient(picture, layer.Size, first, second, random);
            return "gradient";
        }

        Patterns.Paint(picture, layer.Size, first, Soften(first, second, random.Range(0.15f, 0.5f)), random);
        return "pattern";
    }

    internal static void PaintFlat(Span<byte> picture, (byte R, byte G, byte B) colour)
    {
        for (var i = 0; i < picture.Length; i += 3)
        {
            (picture[i], picture[i + 1], picture[i + 2]) = colour;
        }
    }

    /// <summary>Mostly light, some dark, some vivid.</summary>
    internal static (byte R, byte G, byte B) RandomColour(SeededRandom random)
    {
        var (saturation, value) = random.NextDouble() switch
        {
            < 0.5 => (random.Range(0, 0.3f), random.Range(0.82f, 1)),
            < 0.75 => (random.Range(0.3f, 0.9f), random.Range(0.5f, 1)),
            _ => (random.Range(0, 0.6f), random.Range(0.05f, 0.4f)),
        };
        return FromHsv(random.Range(0, 6), saturation, value);
    }

    /// <summary>Hue in sixths of the circle.</summary>
    internal static (byte R, byte G, byte B) FromHsv(float hue, float saturation, float value)
    {
        byte Channel(float n)
        {
            var k = (n + hue) % 6;
            return (byte)(255 * value * (1 - (saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1))));
        }

        return (Channel(5), Channel(3), Channel(1));
    }

    private static bool StandsOut((byte R, byte G, byte B) colour, ReadOnlySpan<(int R, int G, int B)> means)
    {
        foreach (var (r, g, b) in means)
        {
            if (Math.Abs(colour.R - r) + Math.Abs(colour.G - g) + Math.Abs(colour.B - b) < Contrast)
            {
                return false;
            }
        }

        return true;
    }

    private static (byte R, byte G, byte B) Soften((byte R, byte G, byte B) a, (byte R, byte G, byte B) b, float t) =>
        ((byte)(a.R + ((b.R - a.R) * t)), (byte)(a.G + ((b.G - a.G) * t)), (byte)(a.B + ((b.B - a.B) * t)));

    private string PaintPhoto(Span<byte> picture, Layer layer, SeededRandom random)
    {
        var (sprite, label) = photo(random.Next(photos));
        var side = Math.Min(sprite.Width, sprite.Height) * random.Range(0.5f, 1);
        var fill = Placement.Fill(
            random.Range(0, sprite.Width - side), random.Range(0, sprite.Height - side), side, side,
            new PixelBox(0, 0, layer.Size, layer.Size), random.Chance(0.5));
        layer.Draw(sprite, fill, ColourMatrix.Jitter(random, 0.8f));
        layer.ComposeOnto(picture);
        return label;
    }
}
