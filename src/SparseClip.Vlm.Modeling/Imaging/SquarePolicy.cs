using SparseClip.Vlm.Core.Geometry;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>
/// The one rule by which a picture of any shape becomes the square that a tower sees. A picture whose longer side is at most 1.5
/// times the shorter is cropped to its central square: little is lost and the subject stays large. A longer one is padded to a
/// square with the mean colour of its border, so that nothing of it is lost and no hard frame appears. Bicubic with antialiasing.
/// Photographs go through here directly, in training and evaluation; pictures that may be cut out, and all that are asked about, through
/// <see cref="CutoutPolicy"/>, which sends the opaque ones here.
/// </summary>
public static class SquarePolicy
{
    /// <summary>Longest side over shortest up to which a picture is cropped.</summary>
    public const double MaximumCropRatio = 1.5;

    /// <summary>The square of a picture of that size.</summary>
    public static SquareMapping Map(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var (longer, shorter) = (Math.Max(width, height), Math.Min(width, height));
        var side = longer <= shorter * MaximumCropRatio ? shorter : longer;

        // Cropping keeps whole pixels; padding is symmetric to the half pixel.
        return side == shorter
            ? new SquareMapping(width, height, (width - side) / 2, (height - side) / 2, side)
            : new SquareMapping(width, height, (width - side) / 2.0, (height - side) / 2.0, side);
    }

    /// <summary>Crops or pads, and resizes.</summary>
    /// <param name="picture">Any picture.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <returns>[size, size, 3] RGB bytes, and where they lie in the picture.</returns>
    public static (byte[] Pixels, SquareMapping Mapping) Apply(RgbPicture picture, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var mapping = Map(picture.Width, picture.Height);
        if (mapping.Side <= Math.Min(picture.Width, picture.Height))
        {
            var side = (int)mapping.Side;
            return (BicubicResizer.Resize(picture, new PixelRectangle((int)mapping.Left, (int)mapping.Top, side, side), size, size), mapping);
        }

        var width = Math.Clamp((int)Math.Round(size * picture.Width / mapping.Side), 1, size);
        var height = Math.Clamp((int)Math.Round(size * picture.Height / mapping.Side), 1, size);
        var inner = BicubicResizer.Resize(picture, new PixelRectangle(0, 0, picture.Width, picture.Height), width, height);
        return (Paste(inner, width, height, size, BorderMean(picture)), mapping);
    }

    private static byte[] Paste(byte[] inner, int width, int height, int size, (byte R, byte G, byte B) fill)
    {
        var square = new byte[size * size * 3];
        for (var i = 0; i < square.Length; i += 3)
        {
            (square[i], square[i + 1], square[i + 2]) = fill;
        }

        var (left, top) = ((size - width) / 2, (size - height) / 2);
        for (var y = 0; y < height; y++)
        {
            inner.AsSpan(y * width * 3, width * 3).CopyTo(square.AsSpan((((top + y) * size) + left) * 3));
        }

        return square;
    }

    /// <summary>Mean colour of the outermost pixels.</summary>
    private static (byte R, byte G, byte B) BorderMean(RgbPicture picture)
    {
        Span<long> sums = stackalloc long[3];
        long count = 0;
        for (var y = 0; y < picture.Height; y++)
        {
            var isEdgeRow = y == 0 || y == picture.Height - 1;
            var step = isEdgeRow || picture.Width == 1 ? 1 : picture.Width - 1;
            for (var x = 0; x < picture.Width; x += step)
            {
                var at = (((long)y * picture.Width) + x) * 3;
                sums[0] += picture.Pixels[at];
                sums[1] += picture.Pixels[at + 1];
                sums[2] += picture.Pixels[at + 2];
                count++;
            }
        }

        return ((byte)((sums[0] + (count / 2)) / count), (byte)((sums[1] + (count / 2)) / count), (byte)((sums[2] + (count / 2)) / count));
    }
}
