using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>
/// Reads base64 <c>data:</c> URIs as clients really write them: with or without padding, in the alphabet of URLs (RFC 4648, section 5), percent-encoded,
/// broken into lines.
/// </summary>
internal static class DataUri
{
    /// <summary>The bytes.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="path">Where it stands in the request.</param>
    /// <param name="maxBytes">The most bytes it may hold.</param>
    /// <exception cref="RefusedException">400: it is not of that form; 413: it holds more.</exception>
    public static byte[] Decode(string uri, string path, int maxBytes)
    {
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !uri.AsSpan(0, comma).TrimEnd().EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid(path, $"The data: URI in {path} is not of the form data:TYPE;base64,BYTES.");
        }

        var text = uri.AsSpan(comma + 1);
        var letters = Letters(text.Contains('%') ? Uri.UnescapeDataString(text) : text, out var count);
        if (count / 4L * 3 + (count % 4 * 3 / 4) > maxBytes)
        {
            throw UploadReader.TooLarge(maxBytes);
        }

        if (count % 4 == 1)
        {
            throw Invalid(path, $"The base64 of the data: URI in {path} is cut off: {count} letters are no whole number of bytes.");
        }

        var padded = (count + 3) / 4 * 4;
        letters.AsSpan(count, padded - count).Fill('=');
        var bytes = new byte[padded / 4 * 3];
        return Convert.TryFromBase64Chars(letters.AsSpan(0, padded), bytes, out var written)
            ? bytes[..written]
            : throw Invalid(path, $"The data: URI in {path} does not hold base64: it has other letters than A-Z, a-z, 0-9, + and / (or - and _).");
    }

    /// <summary>The letters of the standard alphabet, without blanks and padding; room for the padding is left behind them.</summary>
    private static char[] Letters(ReadOnlySpan<char> text, out int count)
    {
        var letters = new char[text.Length + 3];
        count = 0;
        foreach (var letter in text.TrimEnd().TrimEnd('='))
        {
            if (!char.IsWhiteSpace(letter))
            {
                letters[count++] = letter switch { '-' => '+', '_' => '/', _ => letter };
            }
        }

        return letters;
    }

    private static RefusedException Invalid(string path, string message) => new(400, ErrorCodes.InvalidImageUrl, message, path);
}
