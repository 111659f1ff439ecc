using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>A rectangle in whole pixels; right and bottom are exclusive.</summary>
public readonly record struct PixelBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>In pixels.</summary>
    public int Width => Right - Left;

    /// <summary>In pixels.</summary>
    public int Height => Bottom - Top;

    /// <summary>Whether no pixel is in it.</summary>
    public bool IsEmpty => Right <= Left || Bottom <= Top;
}

/// <summary>
/// A decoded picture ready for resampling: RGBA bytes multiplied by alpha, with one more pixel on each side so that bilinear reads need
/// no bounds checks: transparent around icons, the edge repeated around opaque pictures. Immutable, thread-safe.
/// </summary>
public sealed class Sprite
{
    /// <summary>Alpha from which a pixel counts as visible.</summary>
    public const byte VisibleAlpha = 64;

    private Sprite? half;

    private Sprite(int width, int height, byte[] pixels, bool isOpaque)
    {
        (Width, Height, Pixels, IsOpaque) = (width, height, pixels, isOpaque);
        Visible = isOpaque ? new PixelBox(0, 0, width, height) : FindVisible();
        (MeanRed, MeanGreen, MeanBlue, IsBlack) = FindMean();
    }

    /// <summary>In pixels, without the margin.</summary>
    public int Width { get; }

    /// <summary>In pixels, without the margin.</summary>
    public int Height { get; }

    /// <summary>[Height + 2, Width + 2, 4], red first, multiplied by alpha.</summary>
    public byte[] Pixels { get; }

    /// <summary>Bytes of a row, margin included.</summary>
    public int Stride => (Width + 2) * 4;

    /// <summary>Whether no pixel lets anything through.</summary>
    public bool IsOpaque { get; }

    /// <summary>The smallest box around the visible pixels; empty where nothing is visible.</summary>
    public PixelBox Visible { get; }

    /// <summary>The mean colour of what is visible.</summary>
    public byte MeanRed { get; }

    /// <inheritdoc cref="MeanRed"/>
    public byte MeanGreen { get; }

    /// <inheritdoc cref="MeanRed"/>
    public byte MeanBlue { get; }

    /// <summary>Whether all that is visible is black: a silhouette, which may take any colour.</summary>
    public bool IsBlack { get; }

    /// <summary>Bytes it keeps in memory, its half included.</summary>
    public long Bytes => Pixels.Length + (Pixels.Length / 4);

    /// <summary>An icon with opacity.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="rgba">[height, width, 4], not multiplied by alpha.</param>
    public static Sprite FromRgba(int width, int height, ReadOnlySpan<byte> rgba)
    {
        var pixels = new byte[(width + 2) * (height + 2) * 4];
        for (var y = 0; y < height; y++)
        {
            var from = rgba.Slice(y * width * 4, width * 4);
            var to = pixels.AsSpan((((y + 1) * (width + 2)) + 1) * 4, width * 4);
            for (var i = 0; i < from.Length; i += 4)
            {
                int alpha = from[i + 3];
                if (alpha == 255)
                {
                    from.Slice(i, 4).CopyTo(to[i..]);
                }
                else if (alpha > 0)
                {
                    to[i] = Scale(from[i], alpha);
                    to[i + 1] = Scale(from[i + 1], alpha);
                    to[i + 2] = Scale(from[i + 2], alpha);
                    to[i + 3] = (byte)alpha;
                }
            }
        }

        return new Sprite(width, height, pixels, isOpaque: false);
    }

    /// <summary>A photograph.</summary>
    public static Sprite FromRgb(RgbPicture picture)
    {
        var (width, height) = (picture.Width, picture.Height);
        var pixels = new byte[(width + 2) * (height + 2) * 4];
        for (var y = 0; y < height + 2; y++)
        {
            var from = picture.Pixels.AsSpan(Math.Clamp(y - 1, 0, height - 1) * width * 3, width * 3);
            var to = pixels.AsSpan(y * (width + 2) * 4, (width + 2) * 4);
            for (var x = 0; x < width + 2; x++)
            {
                var at = Math.Clamp(x - 1, 0, width - 1) * 3;
                (to[x * 4], to[(x * 4) + 1], to[(x * 4) + 2], to[(x * 4) + 3]) = (from[at], from[at + 1], from[at + 2], 255);
            }
        }

        return new Sprite(width, height, pixels, isOpaque: true);
    }

    /// <summary>The picture at half the size (each pixel the mean of four), made once; what a strong reduction is sampled from so that little aliases.</summary>
    public Sprite Half() => half ??= MakeHalf();

    private static byte Scale(int value, int alpha) => (byte)(((value * alpha) + 127) / 255);

    private Sprite MakeHalf()
    {
        var (width, height) = ((Width + 1) / 2, (Height + 1) / 2);
        var pixels = new byte[(width + 2) * (height + 2) * 4];
        for (var y = 0; y < height + 2; y++)
        {
            var row = Math.Clamp((2 * y) - 1, 0, Height + 1) * Stride;
            var next = Math.Clamp(2 * y, 0, Height + 1) * Stride;
            for (var x = 0; x < width + 2; x++)
            {
                var (a, b) = (Math.Clamp((2 * x) - 1, 0, Width + 1) * 4, Math.Clamp(2 * x, 0, Width + 1) * 4);
                var to = ((y * (width + 2)) + x) * 4;
                for (var c = 0; c < 4; c++)
                {
                    pixels[to + c] = (byte)((Pixels[row + a + c] + Pixels[row + b + c] + Pixels[next + a + c] + Pixels[next + b + c] + 2) / 4);
                }
            }
        }

        return new Sprite(width, height, pixels, IsOpaque);
    }

    private PixelBox FindVisible()
    {
        var (left, top, right, bottom) = (Width, Height, 0, 0);
        for (var y = 0; y < Height; y++)
        {
            var row = Pixels.AsSpan(((y + 1) * Stride) + 4, Width * 4);
            var first = 0;
            while (first < Width && row[(first * 4) + 3] < VisibleAlpha)
            {
                first++;
            }

            if (first == Width)
            {
                continue;
            }

            var last = Width - 1;
            while (row[(last * 4) + 3] < VisibleAlpha)
            {
                last--;
            }

            (left, right) = (Math.Min(left, first), Math.Max(right, last + 1));
            (top, bottom) = (Math.Min(top, y), y + 1);
        }

        return new PixelBox(left, top, right, bottom);
    }

    private (byte R, byte G, byte B, bool IsBlack) FindMean()
    {
        long r = 0, g = 0, b = 0, a = 0;
        var brightest = 0;
        for (var y = 1; y <= Height; y += 2)
        {
            var row = Pixels.AsSpan(y * Stride, Stride);
            for (var x = 4; x < (Width * 4) + 4; x += 8)
            {
                r += row[x];
                g += row[x + 1];
                b += row[x + 2];
                a += row[x + 3];
                brightest = Math.Max(brightest, Math.Max(row[x], Math.Max(row[x + 1], row[x + 2])));
            }
        }

        return a == 0 ? ((byte)0, (byte)0, (byte)0, false) : ((byte)(r * 255 / a), (byte)(g * 255 / a), (byte)(b * 255 / a), !IsOpaque && brightest < 24);
    }
}
