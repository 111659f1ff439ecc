using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>
/// Photographs: a random crop resized to the square (Szegedy 2015), or the whole picture padded to a square as the square policy does for long ones;
/// mirrored, with colour jitter. For distillation also small crops and CutMix pairs (Yun 2019). Reused; not thread-safe.
/// </summary>
public sealed class PhotoAugmenter(int size)
{
    private readonly Layer layer = new(size);

    /// <summary>One captioned photograph: a crop of 60..100% of the area, in a fifth of the cases padded instead.</summary>
    /// <param name="photo">Opaque picture.</param>
    /// <param name="picture">[S, S, 3]; overwritten.</param>
    /// <param name="random">Source of every choice.</param>
    public void Draw(Sprite photo, Span<byte> picture, SeededRandom random)
    {
        if (random.Chance(0.2))
        {
            Pad(photo, picture, random);
        }
        else
        {
            Crop(photo, new PixelBox(0, 0, size, size), 0.6f, picture, random);
        }
    }

    /// <summary>For training on top of a finished tower: a crop of 85..100% of the area.</summary>
    public void DrawLightly(Sprite photo, Span<byte> picture, SeededRandom random) => Crop(photo, new PixelBox(0, 0, size, size), 0.85f, picture, random, 0.4f);

    /// <summary>A crop of 25..100% of the area; where a second photograph is given, a box of it (20..50% of the area) lies on top.</summary>
    public void DrawExtra(Sprite photo, Sprite? second, Span<byte> picture, SeededRandom random)
    {
        Crop(photo, new PixelBox(0, 0, size, size), 0.25f, picture, random);
        if (second is not null)
        {
            var side = MathF.Sqrt(random.Range(0.2f, 0.5f));
            var stretch = MathF.Exp(random.Range(-0.4f, 0.4f));
            var (width, height) = (Math.Min(size, (int)(size * side * stretch)), Math.Min(size, (int)(size * side / stretch)));
            var (left, top) = (random.Next(size - width + 1), random.Next(size - height + 1));
            Crop(second, new PixelBox(left, top, left + width, top + height), 0.25f, picture, random);
        }
    }

    private void Crop(Sprite photo, PixelBox target, float leastArea, Span<byte> picture, SeededRandom random, float jitter = 1)
    {
        var area = random.Range(leastArea, 1) * photo.Width * photo.Height;
        var aspect = MathF.Exp(random.Range(-0.288f, 0.288f)); // 3/4 .. 4/3
        var width = Math.Min(photo.Width, MathF.Sqrt(area * aspect));
        var height = Math.Min(photo.Height, MathF.Sqrt(area / aspect));
        var fill = Placement.Fill(random.Range(0, photo.Width - width), random.Range(0, photo.Height - height), width, height, target, random.Chance(0.5));
        layer.Draw(photo, fill, ColourMatrix.Jitter(random, jitter));
        layer.ComposeOnto(picture);
    }

    private void Pad(Sprite photo, Span<byte> picture, SeededRandom random)
    {
        var colours = ColourMatrix.Jitter(random);
        var border = BorderMean(photo);
        var (r, g, b) = colours.Apply(border.R, border.G, border.B);
        Backdrop.PaintFlat(picture, ((byte)r, (byte)g, (byte)b));
        var scale = size / (float)Math.Max(photo.Width, photo.Height);
        var (width, height) = (Math.Max(1, (int)MathF.Round(photo.Width * scale)), Math.Max(1, (int)MathF.Round(photo.Height * scale)));
        var (left, top) = ((size - width) / 2, (size - height) / 2);
        layer.Draw(photo, Placement.Fill(0, 0, photo.Width, photo.Height, new PixelBox(left, top, left + width, top + height), random.Chance(0.5)), colours);
        layer.ComposeOnto(picture);
    }

    private static (int R, int G, int B) BorderMean(Sprite photo)
    {
        int r = 0, g = 0, b = 0, count = 0;
        for (var y = 1; y <= photo.Height; y++)
        {
            var step = y == 1 || y == photo.Height || photo.Width == 1 ? 1 : photo.Width - 1;
            for (var x = 1; x <= photo.Width; x += step)
            {
                var at = (y * photo.Stride) + (x * 4);
                (r, g, b, count) = (r + photo.Pixels[at], g + photo.Pixels[at + 1], b + photo.Pixels[at + 2], count + 1);
            }
        }

        return (r / count, g / count, b / count);
    }
}
