using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>
/// Turns a drawn sprite into a line drawing: its edges (of opacity and of brightness) become dark lines, its fill stays, pales, turns white or
/// goes. Makes line-drawn styles readable for a tower that has only seen filled ones. Reused; not thread-safe.
/// </summary>
public sealed class OutlineFilter(int size)
{
    private readonly byte[] luma = new byte[size * size];
    private readonly byte[] alpha = new byte[size * size];
    private readonly byte[] edge = new byte[size * size];
    private readonly byte[] wide = new byte[size * size];

    private enum Fill
    {
        Kept,
        Pale,
        White,
        Empty,
    }

    /// <summary>Changes the layer in place.</summary>
    public void Apply(Layer layer, SeededRandom random)
    {
        var fill = random.NextDouble() switch { < 0.3 => Fill.Kept, < 0.6 => Fill.Pale, < 0.8 => Fill.White, _ => Fill.Empty };
        var pale = random.Range(0.55f, 0.92f);
        var radius = random.NextDouble() switch { < 0.2 => 0, < 0.75 => 1, _ => 2 };
        var threshold = random.Range(28, 70);
        var ink = random.Next(50);

        var box = Grow(layer.Dirty, radius + 1, layer.Size);
        Split(layer, box);
        FindEdges(box, layer.Size, (int)threshold);
        for (var i = 0; i < radius; i++)
        {
            Widen(box, layer.Size);
        }

        layer.Dirty = box;
        Recolour(layer, box, fill, pale, ink);
    }

    private static PixelBox Grow(PixelBox box, int by, int size) =>
        new(Math.Max(0, box.Left - by), Math.Max(0, box.Top - by), Math.Min(size, box.Right + by), Math.Min(size, box.Bottom + by));

    /// <summary>Opacity, and brightness on white.</summary>
    private void Split(Layer layer, PixelBox box)
    {
        for (var y = box.Top; y < box.Bottom; y++)
        {
            for (var at = (y * layer.Size) + box.Left; at < (y * layer.Size) + box.Right; at++)
            {
                var p = layer.Pixels.AsSpan(at * 4, 4);
                alpha[at] = p[3];
                luma[at] = (byte)(((77 * p[0]) + (150 * p[1]) + (29 * p[2]) + (256 * (255 - p[3])) + 128) >> 8);
            }
        }
    }

    private void FindEdges(PixelBox box, int size, int threshold)
    {
        for (var y = box.Top; y < box.Bottom; y++)
        {
            var (up, down) = (Math.Max(y - 1, box.Top) * size, Math.Min(y + 1, box.Bottom - 1) * size);
            for (var x = box.Left; x < box.Right; x++)
            {
                var (left, right) = (Math.Max(x - 1, box.Left), Math.Min(x + 1, box.Right - 1));
                var row = y * size;
                var change = Math.Max(
                    Math.Abs(luma[row + right] - luma[row + left]) + Math.Abs(luma[down + x] - luma[up + x]),
                    Math.Abs(alpha[row + right] - alpha[row + left]) + Math.Abs(alpha[down + x] - alpha[up + x]));
                edge[row + x] = (byte)Math.Clamp((change - threshold) * 4, 0, 255);
            }
        }
    }

    /// <summary>Each position takes the largest of itself and its four neighbours.</summary>
    private void Widen(PixelBox box, int size)
    {
        for (var y = box.Top; y < box.Bottom; y++)
        {
            var row = y * size;
            var (up, down) = (Math.Max(y - 1, box.Top) * size, Math.Min(y + 1, box.Bottom - 1) * size);
            for (var x = box.Left; x < box.Right; x++)
            {
                var side = Math.Max(edge[row + Math.Max(x - 1, box.Left)], edge[row + Math.Min(x + 1, box.Right - 1)]);
                wide[row + x] = Math.Max(edge[row + x], Math.Max(side, Math.Max(edge[up + x], edge[down + x])));
            }
        }

        for (var y = box.Top; y < box.Bottom; y++)
        {
            wide.AsSpan((y * size) + box.Left, box.Width).CopyTo(edge.AsSpan((y * size) + box.Left));
        }
    }

    private void Recolour(Layer layer, PixelBox box, Fill fill, float pale, int ink)
    {
        for (var y = box.Top; y < box.Bottom; y++)
        {
            for (var at = (y * layer.Size) + box.Left; at < (y * layer.Size) + box.Right; at++)
            {
                int a = alpha[at], e = edge[at];
                if (a == 0 && e == 0)
                {
                    continue;
                }

                var p = layer.Pixels.AsSpan(at * 4, 4);
                var kept = fill == Fill.Empty ? 0 : a;
                for (var c = 0; c < 3; c++)
                {
                    var value = fill switch { Fill.Kept => p[c], Fill.Pale => (int)((a * pale) + (p[c] * (1 - pale))), Fill.White => a, _ => 0 };
                    p[c] = (byte)(((value * (255 - e)) + (ink * e)) / 255);
                }

                p[3] = (byte)(((kept * (255 - e)) + (255 * e)) / 255);
            }
        }
    }
}
