namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>A part of a picture in whole pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelRectangle(int Left, int Top, int Width, int Height);

/// <summary>
/// Bicubic resampling (Keys 1981, a = -0.5) whose kernel widens with the reduction, so that nothing aliases: what the
/// preprocessors of published CLIPs do. Columns first, then rows, rounded to bytes after each.
/// </summary>
public static class BicubicResizer
{
    /// <summary>Resizes a part of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="part">The part, inside the picture.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <returns>[height, width, 3] RGB bytes.</returns>
    public static byte[] Resize(RgbPicture picture, PixelRectangle part, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return Resize(picture, part, width, height, new PixelRectangle(0, 0, width, height));
    }

    /// <summary>Resizes a part of a picture and cuts a window out of the result; only the window is computed.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="part">The part, inside the picture.</param>
    /// <param name="width">Columns of the whole result.</param>
    /// <param name="height">Rows of the whole result.</param>
    /// <param name="window">The window, inside the whole result.</param>
    /// <param name="hasShortWeights">Whether the weights are rounded to 16 bits as torch does for bytes; a few values then differ by a level.</param>
    /// <returns>[window.Height, window.Width, 3] RGB bytes.</returns>
    public static byte[] Resize(RgbPicture picture, PixelRectangle part, int width, int height, PixelRectangle window, bool hasShortWeights = false)
    {
        if (part.Left < 0 || part.Top < 0 || part.Width < 1 || part.Height < 1
            || part.Left + part.Width > picture.Width || part.Top + part.Height > picture.Height)
        {
            throw new ArgumentException($"{part} is not inside a picture of {picture.Width} x {picture.Height} pixels.", nameof(part));
        }

        if (window.Left < 0 || window.Top < 0 || window.Width < 1 || window.Height < 1
            || window.Left + window.Width > width || window.Top + window.Height > height)
        {
            throw new ArgumentException($"{window} is not inside a result of {width} x {height} pixels.", nameof(window));
        }

        var columns = new Taps(part.Width, width, window.Left, window.Width, hasShortWeights);
        var rows = new Taps(part.Height, height, window.Top, window.Height, hasShortWeights);
        (width, height) = (window.Width, window.Height);
        var narrow = new byte[part.Height * width * 3]; // [part rows, width, 3]
        for (var y = 0; y < part.Height; y++)
        {
            var from = picture.Pixels.AsSpan(checked((((part.Top + y) * picture.Width) + part.Left) * 3), part.Width * 3);
            ResizeRow(from, columns, narrow.AsSpan(y * width * 3, width * 3));
        }

        var result = new byte[height * width * 3];
        var sums = new float[width * 3];
        for (var y = 0; y < height; y++)
        {
            MixRows(narrow, width * 3, rows, y, sums, result.AsSpan(y * width * 3, width * 3));
        }

        return result;
    }

    private static void ResizeRow(ReadOnlySpan<byte> from, Taps taps, Span<byte> to)
    {
        for (var x = 0; x < taps.Count; x++)
        {
            var weights = taps.Weights(x);
            var source = from[(taps.First(x) * 3)..];
            float r = 0, g = 0, b = 0;
            for (var i = 0; i < weights.Length; i++)
            {
                r += weights[i] * source[3 * i];
                g += weights[i] * source[(3 * i) + 1];
                b += weights[i] * source[(3 * i) + 2];
            }

            (to[3 * x], to[(3 * x) + 1], to[(3 * x) + 2]) = (Round(r), Round(g), Round(b));
        }
    }

    private static void MixRows(ReadOnlySpan<byte> narrow, int stride, Taps taps, int y, Span<float> sums, Span<byte> to)
    {
        sums.Clear();
        var weights = taps.Weights(y);
        for (var i = 0; i < weights.Length; i++)
        {
            var row = narrow.Slice((taps.First(y) + i) * stride, stride);
            var weight = weights[i];
            for (var x = 0; x < stride; x++)
            {
                sums[x] += weight * row[x];
            }
        }

        for (var x = 0; x < stride; x++)
        {
            to[x] = Round(sums[x]);
        }
    }

    private static byte Round(float value) => (byte)Math.Clamp((int)MathF.Floor(value + 0.5f), 0, 255);

    /// <summary>For each output position, the input positions it mixes and their normalised weights.</summary>
    private sealed class Taps
    {
        private readonly int[] first;
        private readonly float[][] weights;

        /// <param name="from">Input positions.</param>
        /// <param name="to">Output positions of the whole.</param>
        /// <param name="start">The first output position that is wanted.</param>
        /// <param name="count">How many are wanted.</param>
        /// <param name="isShort">Whether weights are multiples of the power of two by which the largest still fits 16 bits.</param>
        public Taps(int from, int to, int start, int count, bool isShort)
        {
            var scale = (double)from / to;
            var stretch = Math.Max(scale, 1); // enlarging keeps the kernel's own width
            var support = 2 * stretch;
            first = new int[to];
            var exact = new double[to][];
            for (var i = 0; i < to; i++)
            {
                var centre = (i + 0.5) * scale;
                var low = Math.Max((int)(centre - support + 0.5), 0);
                var high = Math.Min((int)(centre + support + 0.5), from);
                first[i] = low;
                var raw = new double[high - low];
                for (var k = 0; k < raw.Length; k++)
                {
                    raw[k] = Kernel((low + k - centre + 0.5) / stretch);
                }

                var sum = raw.Sum();
                exact[i] = Array.ConvertAll(raw, w => w / sum);
            }

            var unit = isShort ? ShortUnit(exact.Max(row => row.Max())) : 0;
            first = first[start..(start + count)];
            weights = Array.ConvertAll(exact[start..(start + count)], row => Array.ConvertAll(
                row, w => (float)(isShort ? Math.Round(w * unit, MidpointRounding.AwayFromZero) / unit : w)));
        }

        public int Count => first.Length;

        public int First(int i) => first[i];

        public ReadOnlySpan<float> Weights(int i) => weights[i];

        private static double ShortUnit(double largest)
        {
            var bits = 0;
            while (bits < 22 && (int)(0.5 + (largest * (1 << (bits + 1)))) < 1 << 15)
            {
                bits++;
            }

            return 1 << bits;
        }

        private static double Kernel(double x)
        {
            const double a = -0.5;
            x = Math.Abs(x);
            return x < 1 ? (((a + 2) * x - (a + 3)) * x * x) + 1
                : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * a
                : 0;
        }
    }
}
