using SparseClip.Vlm.Core.Geometry;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>
/// The rule for pictures that are cut out, such as icons: whatever is transparent becomes white, and the picture stands in the middle of a white square
/// with the longer side of its visible part at 90% of it, as icons stand in training. Opaque pictures go by <see cref="SquarePolicy"/>.
/// </summary>
public static class CutoutPolicy
{
    /// <summary>The longer side of a cut-out picture over the side of its square.</summary>
    public const double Share = 0.9;

    /// <summary>The least opacity, 0..255, that counts as visible.</summary>
    private const byte VisibleAlpha = 64;

    /// <summary>A picture by the rule for its kind.</summary>
    /// <param name="picture">Any picture.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <param name="isCutout">True to take it for cut out even where nothing of it is transparent.</param>
    /// <returns>[size, size, 3] RGB bytes, and where they lie in the picture.</returns>
    public static (byte[] Pixels, SquareMapping Mapping) Apply(RgbaPicture picture, int size, bool isCutout = false)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var box = VisibleBox(picture, out var isOpaque);
        if (!isCutout && isOpaque)
        {
            return SquarePolicy.Apply(new RgbPicture(picture.Width, picture.Height, OnWhite(picture, new PixelRectangle(0, 0, picture.Width, picture.Height))), size);
        }

        var side = Math.Max(1, (int)Math.Round(Math.Max(box.Width, box.Height) / Share));
        var (left, top) = (box.Left - ((side - box.Width) / 2), box.Top - ((side - box.Height) / 2));
        var square = new RgbPicture(side, side, OnWhite(picture, new PixelRectangle(left, top, side, side)));
        return (
            BicubicResizer.Resize(square, new PixelRectangle(0, 0, side, side), size, size),
            new SquareMapping(picture.Width, picture.Height, left, top, side));
    }

    /// <summary>The smallest rectangle with all that is visible; the whole picture where nothing is.</summary>
    private static PixelRectangle VisibleBox(RgbaPicture picture, out bool isOpaque)
    {
        var (left, top, right, bottom) = (picture.Width, picture.Height, -1, -1);
        isOpaque = true;
        for (int y = 0, at = 3; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++, at += 4)
            {
                if (picture.Pixels[at] < VisibleAlpha)
                {
                    isOpaque = false;
                    continue;
                }

                (left, right) = (Math.Min(left, x), Math.Max(right, x));
                (top, bottom) = (Math.Min(top, y), y);
            }
        }

        return right < 0
            ? new PixelRectangle(0, 0, picture.Width, picture.Height)
            : new PixelRectangle(left, top, right - left + 1, bottom - top + 1);
    }

    /// <summary>A part of the picture, which may reach beyond it, laid on white. [part.Height, part.Width, 3]</summary>
    private static byte[] OnWhite(RgbaPicture picture, PixelRectangle part)
    {
        var pixels = new byte[part.Width * part.Height * 3];
        pixels.AsSpan().Fill(255);
        var (x0, x1) = (Math.Max(0, part.Left), Math.Min(picture.Width, part.Left + part.Width));
        for (var y = Math.Max(0, part.Top); y < Math.Min(picture.Height, part.Top + part.Height); y++)
        {
            var from = ((y * picture.Width) + x0) * 4;
            var to = (((y - part.Top) * part.Width) + x0 - part.Left) * 3;
            for (var x = x0; x < x1; x++, from += 4, to += 3)
            {
                var alpha = picture.Pixels[from + 3];
                for (var c = 0; c < 3; c++)
                {
                    pixels[to + c] = (byte)(((picture.Pixels[from + c] * alpha) + (255 * (255 - alpha)) + 127) / 255);
                }
            }
        }

        return pixels;
    }
}
