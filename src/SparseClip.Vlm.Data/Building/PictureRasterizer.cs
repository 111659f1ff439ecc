using NetVips;
using SparseClip.Vlm.Data.Sources;

namespace SparseClip.Vlm.Data.Building;

/// <summary>Turns the picture files of the sources into the files of the shards, with libvips. Safe for use from several threads.</summary>
internal static class PictureRasterizer
{
    // Of 255: less is invisible on any background.
    private const int VisibleAlpha = 16;

    /// <summary>An icon: RGBA PNG with the longer side <paramref name="size"/> pixels.</summary>
    /// <param name="file">SVG, PNG or WebP bytes.</param>
    /// <param name="size">Longer side, in pixels.</param>
    /// <param name="trim">Whether transparent margins are cut off first; kept where the margin is part of a drawn grid.</param>
    /// <exception cref="UnusablePictureException">The bytes cannot be decoded, or nothing is visible.</exception>
    public static byte[] Icon(byte[] file, int size, bool trim) => Guard(() =>
    {
        // In memory: it is read twice, and decoders deliver their lines once.
        using Image drawn = Rgba(Image.ThumbnailBuffer(file, size, height: size, size: Enums.Size.Both));
        using Image whole = drawn.CopyMemory();
        using Image alpha = whole[3];
        if (alpha.Max() < VisibleAlpha)
        {
            throw new UnusablePictureException("nothing of it is visible");
        }

        if (!trim)
        {
            return whole.PngsaveBuffer(compression: 6);
        }

        object[] box = alpha.FindTrim(threshold: VisibleAlpha, background: [0]);
        int left = (int)box[0], top = (int)box[1], width = (int)box[2], height = (int)box[3];
        if (Math.Max(width, height) >= size * 0.9 || width < 1 || height < 1)
        {
            return whole.PngsaveBuffer(compression: 6);
        }

        // Cut from the full-size picture, so that a small drawing on a large page is not enlarged from a few pixels.
        using Image full = Rgba(Image.NewFromBuffer(file, access: Enums.Access.Random));
        double scale = Math.Max(full.Width, full.Height) / (double)Math.Max(whole.Width, whole.Height);
        int x = Math.Clamp((int)(left * scale), 0, full.Width - 1);
        int y = Math.Clamp((int)(top * scale), 0, full.Height - 1);
        int w = Math.Clamp((int)Math.Ceiling(width * scale), 1, full.Width - x);
        int h = Math.Clamp((int)Math.Ceiling(height * scale), 1, full.Height - y);
        using Image cut = full.Crop(x, y, w, h);
        using Image icon = cut.ThumbnailImage(size, height: size, size: Enums.Size.Both);
        return icon.PngsaveBuffer(compression: 6);
    });

    /// <summary>A background: opaque JPEG whose shorter side is <paramref name="size"/> pixels.</summary>
    /// <exception cref="UnusablePictureException">The bytes cannot be decoded.</exception>
    public static byte[] Background(byte[] file, int size) => Guard(() =>
    {
        using Image image = Image.NewFromBuffer(file);
        double scale = (double)size / Math.Min(image.Width, image.Height);
        using Image small = image.ThumbnailImage(Math.Max(1, (int)Math.Round(image.Width * scale)), height: Math.Max(1, (int)Math.Round(image.Height * scale)), size: Enums.Size.Force);
        return small.JpegsaveBuffer(q: 88);
    });

    /// <summary>Checks that a photograph decodes to its end; its bytes are kept as they are.</summary>
    /// <exception cref="UnusablePictureException">It does not.</exception>
    public static byte[] Photograph(byte[] file) => Guard(() =>
    {
        using Image image = Image.NewFromBuffer(file, failOn: Enums.FailOn.Truncated);
        image.Avg();
        return file;
    });

    /// <summary>
    /// A difference hash of a drawn picture on white: 64 bits, each telling whether one of 9 x 8 grey cells is darker than its right
    /// neighbour. Pictures that look alike differ in few bits.
    /// </summary>
    public static ulong DifferenceHash(byte[] png)
    {
        using Image image = Image.NewFromBuffer(png);
        using Image flat = image.Flatten(background: [255, 255, 255]);
        using Image grey = flat.Colourspace(Enums.Interpretation.Bw);
        using Image cells = grey.ThumbnailImage(9, height: 8, size: Enums.Size.Force);
        byte[] values = cells.WriteToMemory<byte>();
        ulong hash = 0;
        for (int bit = 0; bit < 64; bit++)
        {
            int cell = (bit / 8 * 9) + (bit % 8);
            hash |= values[cell] < values[cell + 1] ? 1UL << bit : 0;
        }

        return hash;
    }

    private static Image Rgba(Image image)
    {
        if (image.Interpretation != Enums.Interpretation.Srgb)
        {
            image = Replace(image, image.Colourspace(Enums.Interpretation.Srgb));
        }

        if (!image.HasAlpha())
        {
            image = Replace(image, image.AddAlpha());
        }

        return image.Format == Enums.BandFormat.Uchar ? image : Replace(image, image.Cast(Enums.BandFormat.Uchar));
    }

    private static Image Replace(Image old, Image next)
    {
        old.Dispose();
        return next;
    }

    private static byte[] Guard(Func<byte[]> draw)
    {
        try
        {
            return draw();
        }
        catch (VipsException error)
        {
            throw new UnusablePictureException($"it cannot be decoded: {error.Message.ReplaceLineEndings(" ").Trim()}", error);
        }
    }
}
