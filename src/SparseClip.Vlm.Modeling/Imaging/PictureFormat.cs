using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>Kinds of picture that are read.</summary>
public enum PictureFormat
{
    Jpeg,
    Png,
    WebP,
    Gif,
    Bmp,
}

/// <summary>Tells the format of a picture from its first bytes; names and content types lie.</summary>
public static class PictureFormats
{
    private const string Known = "Send a JPEG, PNG, WebP, GIF or BMP file.";

    /// <summary>The media type for HTTP.</summary>
    public static string MediaType(this PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => "image/jpeg",
        PictureFormat.Png => "image/png",
        PictureFormat.WebP => "image/webp",
        PictureFormat.Gif => "image/gif",
        _ => "image/bmp",
    };

    /// <exception cref="PictureException">Empty or unsupported.</exception>
    public static PictureFormat Sniff(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new PictureException(PictureError.UnsupportedKind, $"The picture is empty (0 bytes). {Known}");
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return PictureFormat.Jpeg;
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return PictureFormat.Png;
        }

        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8))
        {
            return PictureFormat.WebP;
        }

        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8))
        {
            return PictureFormat.Gif;
        }

        if (bytes.StartsWith("BM"u8) && bytes.Length >= 26 && bytes[6..10].IndexOfAnyExcept((byte)0) < 0)
        {
            return PictureFormat.Bmp;
        }

        throw new PictureException(PictureError.UnsupportedKind, $"{Describe(bytes)} {Known}");
    }

    private static string Describe(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, 1024)];
        return head.IndexOf("<svg"u8) >= 0 ? "SVG drawings are not read, because they can contain scripts and references. Convert it to PNG first."
            : head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8) ? "HEIC, AVIF and video files are not read."
            : head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) ? "TIFF files are not read."
            : head.StartsWith("%PDF"u8) ? "PDF documents are not read."
            : "The bytes are not those of a known kind of picture.";
    }
}
