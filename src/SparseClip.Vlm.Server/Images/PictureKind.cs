using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.Images;

/// <summary>What a file is, by its first bytes and never by what the client says it is.</summary>
internal static class PictureKind
{
    private const string Accepted = "send a JPEG, PNG, WebP, GIF or BMP file";

    /// <summary>The media type of a picture file.</summary>
    /// <exception cref="PictureException">The bytes are not those of an accepted kind.</exception>
    public static string Require(ReadOnlySpan<byte> file)
    {
        if (Sniff(file) is { } kind)
        {
            return kind;
        }

        throw new PictureException(
            PictureError.UnsupportedKind,
            file.IsEmpty ? $"The file is empty; {Accepted}."
            : LooksLikeSvg(file) ? $"This is an SVG drawing, which is not accepted; {Accepted}."
            : $"This file is no picture of a kind that is accepted; {Accepted}.");
    }

    private static string? Sniff(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return "image/jpeg";
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return "image/png";
        }

        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
        {
            return "image/gif";
        }

        if (file.StartsWith("BM"u8))
        {
            return "image/bmp";
        }

        return file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8) ? "image/webp" : null;
    }

    private static bool LooksLikeSvg(ReadOnlySpan<byte> file) =>
        file[..Math.Min(file.Length, 1024)].IndexOf("<svg"u8) >= 0;
}
