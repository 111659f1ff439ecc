namespace SparseClip.Vlm.Formats.Pictures;

/// <summary>Tells the kind of a picture file by its first bytes, never by its name or by what a client says it is: those lie.</summary>
public static class PictureSniffer
{
    /// <summary>The kind of a file; null when its bytes are those of none of them.</summary>
    /// <param name="file">The whole file.</param>
    public static PictureFormat? Tell(ReadOnlySpan<byte> file) =>
        BySignature(file) ?? TiffHead.Tell(file) ?? IsoMediaHead.Tell(file) ?? (LooksLikeSvg(file) ? PictureFormat.Svg : null);

    private static PictureFormat? BySignature(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return PictureFormat.Jpeg;
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return PictureFormat.Png;
        }

        if (file.Length >= 12 && file.StartsWith("RIFF"u8))
        {
            return file[8..12].SequenceEqual("WEBP"u8) ? PictureFormat.WebP : file[8..12].SequenceEqual("AVI "u8) ? PictureFormat.Video : null;
        }

        return file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) ? PictureFormat.Gif
            : IsBmp(file) ? PictureFormat.Bmp
            : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || file.StartsWith("\0\0\0\u000CJXL \r\n"u8) ? PictureFormat.JpegXl
            : file.StartsWith("\0\0\0\u000CjP  \r\n"u8) || file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) ? PictureFormat.Jpeg2000
            : file.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]) ? PictureFormat.Icon
            : file.StartsWith("8BPS"u8) ? PictureFormat.Photoshop
            : file.StartsWith("%PDF"u8) ? PictureFormat.Pdf
            : file.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]) ? PictureFormat.Video // Matroska and WebM
            : null;
    }

    /// <summary>Two letters alone would take many a text for a bitmap: the reserved four bytes must be zero, and the header's size must follow.</summary>
    private static bool IsBmp(ReadOnlySpan<byte> file) =>
        file.StartsWith("BM"u8) && file.Length >= 26 && file[6..10].IndexOfAnyExcept((byte)0) < 0;

    private static bool LooksLikeSvg(ReadOnlySpan<byte> file) => file[..Math.Min(file.Length, 1024)].IndexOf("<svg"u8) >= 0;
}
