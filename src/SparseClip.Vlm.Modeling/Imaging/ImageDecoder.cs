using NetVips;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Formats.Pictures;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>
/// Decodes pictures to 8-bit sRGB with libvips. The format is told by the bytes, the header is read before any pixel, limits are
/// kept, the turn that EXIF states is made, colours go by the picture's profile, and damaged files are refused rather than shown in part. Thread-safe.
/// </summary>
public static class ImageDecoder
{
    // What libvips and its properties would print about a damaged file is in the exception.
    static ImageDecoder()
    {
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { });
        Log.SetLogHandler("GLib-GObject", Enums.LogLevelFlags.Critical, static (_, _, _) => { });
    }

    /// <summary>Decodes the first frame or page, laid on white where it is transparent.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="limits">Null: <see cref="PictureLimits.Default"/>.</param>
    /// <exception cref="PictureException">The picture is refused; the exception says why.</exception>
    public static RgbPicture Decode(byte[] bytes, PictureLimits? limits = null) => Read(bytes, limits ?? PictureLimits.Default, image =>
    {
        using var flat = image.HasAlpha() ? image.Flatten(background: [255, 255, 255]) : image.Copy();
        return new RgbPicture(flat.Width, flat.Height, flat.WriteToMemory<byte>());
    });

    /// <summary>Decodes the first frame or page and keeps its opacity, for composing.</summary>
    /// <inheritdoc cref="Decode"/>
    public static RgbaPicture DecodeRgba(byte[] bytes, PictureLimits? limits = null) => Read(bytes, limits ?? PictureLimits.Default, image =>
    {
        using var rgba = image.HasAlpha() ? image.Copy() : image.Bandjoin(255);
        return new RgbaPicture(rgba.Width, rgba.Height, rgba.WriteToMemory<byte>());
    });

    private static T Read<T>(byte[] bytes, PictureLimits limits, Func<Image, T> take)
    {
        var format = Require(bytes, limits);
        try
        {
            using var image = Open(bytes, format, limits);
            using var upright = image.Autorot();
            using var srgb = SrgbConversion.Apply(upright);
            return take(srgb);
        }
        catch (VipsException e)
        {
            throw Refusal(format, e);
        }
    }

    private static PictureFormat Require(byte[] bytes, PictureLimits limits)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var format = PictureSniffer.Tell(bytes);
        if (PictureFormats.Refusal(format, bytes.Length == 0) is { } refusal)
        {
            throw new PictureException(PictureError.UnsupportedKind, refusal);
        }

        return bytes.LongLength <= limits.MaximumBytes
            ? format!.Value
            : throw new PictureException(
                PictureError.TooManyBytes,
                $"The picture has {bytes.LongLength:N0} bytes; at most {limits.MaximumBytes:N0} are accepted. Send a smaller or more compressed one.");
    }

    /// <summary>Opens lazily: libvips reads the header only, so that nothing is allocated for a picture that is too large.</summary>
    private static Image Open(byte[] bytes, PictureFormat format, PictureLimits limits)
    {
        const Enums.FailOn failOn = Enums.FailOn.Error;
        var image = format switch
        {
            PictureFormat.Jpeg => Image.JpegloadBuffer(bytes, failOn: failOn),
            PictureFormat.Png => Image.PngloadBuffer(bytes, failOn: failOn),
            PictureFormat.WebP => Image.WebploadBuffer(bytes, failOn: failOn),
            PictureFormat.Gif => Image.GifloadBuffer(bytes, n: 1, failOn: failOn),
            PictureFormat.Avif => Image.HeifloadBuffer(bytes, failOn: failOn),
            PictureFormat.Tiff => Image.TiffloadBuffer(bytes, failOn: failOn),
            PictureFormat.Bmp => BmpDecoder.Open(bytes, limits),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no decoder for this format."),
        };
        try
        {
            CheckPixels(image.Width, image.Height, limits);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    internal static void CheckPixels(long width, long height, PictureLimits limits)
    {
        if (width * height > limits.MaximumPixels)
        {
            throw new PictureException(PictureError.TooManyPixels,
                $"The picture has {width:N0} x {height:N0} pixels; at most {limits.MaximumPixels / 1_000_000.0:0.#} megapixels are accepted. Scale it down first.");
        }
    }

    private static PictureException Refusal(PictureFormat format, VipsException e)
    {
        var detail = string.Join("; ", e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            // libvips tries positions to find out how long a file is, and notes each that lies behind the end.
            .Where(line => !line.Contains("bad seek", StringComparison.Ordinal)).Distinct().Take(3));
        var isShort = new[] { "premature", "truncat", "end of", "eof", "not enough data", "read error", "short", "seek error", "io error", "too small" }
            .Any(word => detail.Contains(word, StringComparison.OrdinalIgnoreCase));
        var name = format.Name();
        return isShort
            ? new PictureException(PictureError.Undecodable, $"The {name} picture is cut short: its bytes end before the picture does. Send the whole file. ({detail})", e)
            : new PictureException(PictureError.Undecodable, $"The {name} picture is damaged and cannot be decoded. Save it again and resend. ({detail})", e);
    }
}
