using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>Two-colour backgrounds.</summary>
internal static class Patterns
{
    /// <summary>From one colour to another along a random direction.</summary>
    public static void Gradient(Span<byte> picture, int size, (byte R, byte G, byte B) from, (byte R, byte G, byte B) to, SeededRandom random)
    {
        var (sin, cos) = MathF.SinCos(random.Range(0, MathF.Tau));
        var reach = (MathF.Abs(sin) + MathF.Abs(cos)) * size;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var t = (int)(256 * Math.Clamp(0.5f + ((((x - (size / 2f)) * cos) + ((y - (size / 2f)) * sin)) / reach), 0, 1));
                var at = ((y * size) + x) * 3;
                picture[at] = (byte)(from.R + (((to.R - from.R) * t) >> 8));
                picture[at + 1] = (byte)(from.G + (((to.G - from.G) * t) >> 8));
                picture[at + 2] = (byte)(from.B + (((to.B - from.B) * t) >> 8));
            }
        }
    }

    /// <summary>Stripes, a chequerboard or dots.</summary>
    public static void Paint(Span<byte> picture, int size, (byte R, byte G, byte B) ground, (byte R, byte G, byte B) mark, SeededRandom random)
    {
        var kind = random.Next(4);
        var period = Math.Max(4, (int)(size * random.Range(0.05f, 0.2f)));
        var width = Math.Max(1, (int)(period * random.Range(0.3f, 0.6f)));
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var isMark = kind switch
                {
                    0 => x % period < width,
                    1 => (x + y) % period < width,
                    2 => (x / period % 2) != (y / period % 2),
                    _ => Dot(x % period, y % period, period, width),
                };
                var at = ((y * size) + x) * 3;
                (picture[at], picture[at + 1], picture[at + 2]) = isMark ? mark : ground;
            }
        }
    }

    private static bool Dot(int x, int y, int period, int width)
    {
        var (dx, dy) = ((2 * x) - period, (2 * y) - period);
        return (dx * dx) + (dy * dy) < width * width;
    }
}
