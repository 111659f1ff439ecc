using NetVips;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>
/// Decodes pictures to 8-bit sRGB with libvips. The format is told by the bytes, the header is read before any pixel, limits are
/// kept, the turn that EXIF states is made, and damaged files are refused rather than shown in part. Thread-safe.
/// </summary>
public static class ImageDecoder
{
    // What libvips would print about a damaged file is in the exception.
    static ImageDecoder() => Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { });

    /// <summary>Decodes the first frame, laid on white where it is transparent.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="limits">Null: <see cref="PictureLimits.Default"/>.</param>
    /// <exception cref="PictureException">The picture is refused; the exception says why.</exception>
    public static RgbPicture Decode(byte[] bytes, PictureLimits? limits = null) => Read(bytes, limits ?? PictureLimits.Default, image =>
    {
        using var flat = image.HasAlpha() ? image.Flatten(background: [255, 255, 255]) : image.Copy();
        return new RgbPicture(flat.Width, flat.Height, flat.WriteToMemory<byte>());
    });

    /// <summary>Decodes the first frame and keeps its opacity, for composing.</summary>
    /// <inheritdoc cref="Decode"/>
    public static RgbaPicture DecodeRgba(byte[] bytes, PictureLimits? limits = null) => Read(bytes, limits ?? PictureLimits.Default, image =>
    {
        using var rgba = image.HasAlpha() ? image.Copy() : image.Bandjoin(255);
        return new RgbaPicture(rgba.Width, rgba.Height, rgba.WriteToMemory<byte>());
    });

    /// <summary>Width and height as they will be after the EXIF turn, from the header alone.</summary>
    /// <inheritdoc cref="Decode"/>
    public static (int Width, int Height) ReadSize(byte[] bytes, PictureLimits? limits = null)
    {
        var format = CheckBytes(bytes, limits ?? PictureLimits.Default);
        try
        {
            using var image = Open(bytes, format, limits ?? PictureLimits.Default);
            var isTurned = image.Contains("orientation") && image.Get("orientation") is int and >= 5 and <= 8;
            return isTurned ? (image.Height, image.Width) : (image.Width, image.Height);
        }
        catch (VipsException e)
        {
            throw Refusal(format, e);
        }
    }

    private static T Read<T>(byte[] bytes, PictureLimits limits, Func<Image, T> take)
    {
        var format = CheckBytes(bytes, limits);
        try
        {
            using var image = Open(bytes, format, limits);
            using var upright = image.Autorot();
            using var srgb = upright.Interpretation == Enums.Interpretation.Srgb ? upright.Copy() : upright.Colourspace(Enums.Interpretation.Srgb);
            using var eightBit = srgb.Format == Enums.BandFormat.Uchar ? srgb.Copy() : srgb.Cast(Enums.BandFormat.Uchar);
            return take(eightBit);
        }
        catch (VipsException e)
        {
            throw Refusal(format, e);
        }
    }

    private static PictureFormat CheckBytes(byte[] bytes, PictureLimits limits)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var format = PictureFormats.Sniff(bytes);
        return bytes.LongLength <= limits.MaximumBytes
            ? format
            : throw new PictureException(PictureError.TooManyPixels, $"The picture has {bytes.LongLength:N0} bytes; at most {limits.MaximumBytes:N0} are accepted. Send a smaller or more compressed one.");
    }

    /// <summary>Opens lazily: libvips reads the header only, so that nothing is allocated for a picture that is too large.</summary>
    private static Image Open(byte[] bytes, PictureFormat format, PictureLimits limits)
    {
        if (format == PictureFormat.Bmp)
        {
            return BmpDecoder.Open(bytes, limits);
        }

        const Enums.FailOn failOn = Enums.FailOn.Error;
        var image = format switch
        {
            PictureFormat.Jpeg => Image.JpegloadBuffer(bytes, failOn: failOn),
            PictureFormat.Png => Image.PngloadBuffer(bytes, failOn: failOn),
            PictureFormat.WebP => Image.WebploadBuffer(bytes, failOn: failOn),
            _ => Image.GifloadBuffer(bytes, n: 1, failOn: failOn),
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
        var detail = string.Join("; ", e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Take(3));
        var isShort = new[] { "premature", "truncat", "end of", "eof", "not enough data", "read error", "short" }
            .Any(word => detail.Contains(word, StringComparison.OrdinalIgnoreCase));
        return isShort
            ? new PictureException(PictureError.Undecodable, $"The {format} picture is cut short: its bytes end before the picture does. Send the whole file. ({detail})", e)
            : new PictureException(PictureError.Undecodable, $"The {format} picture is damaged and cannot be decoded. Save it again and resend. ({detail})", e);
    }
}
