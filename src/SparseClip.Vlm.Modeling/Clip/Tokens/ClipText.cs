using System.Net;
using System.Text;

namespace SparseClip.Vlm.Modeling.Clip.Tokens;

/// <summary>What CLIP's tokenisers do to a text before BPE. Works on code points, as they do, not on UTF-16 units.</summary>
internal static class ClipText
{
    private const string HalfWidthKatakana = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A"; // U+FF61..U+FF9F
    private const string WideSigns = "¢£¬\u0020\u0304¦¥₩"; // U+FFE0..U+FFE6, of which the fourth becomes two
    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private static readonly Dictionary<int, string> s_ligatures = new()
    {
        [0x132] = "IJ", [0x133] = "ij", [0x149] = "ʼn",
        [0x1C4] = "DŽ", [0x1C5] = "Dž", [0x1C6] = "dž", [0x1C7] = "LJ", [0x1C8] = "Lj", [0x1C9] = "lj", [0x1CA] = "NJ", [0x1CB] = "Nj", [0x1CC] = "nj",
        [0x1F1] = "DZ", [0x1F2] = "Dz", [0x1F3] = "dz",
        [0xFB00] = "ff", [0xFB01] = "fi", [0xFB02] = "fl", [0xFB03] = "ffi", [0xFB04] = "ffl", [0xFB05] = "ſt", [0xFB06] = "st",
    };

    /// <summary>Composed, white space collapsed, in lower case letter by letter.</summary>
    public static string CleanAsHuggingFace(string text) => Lower(CollapseSpace(CanonicalComposition.Of(text)), hasFinalSigma: false);

    /// <summary>
    /// The repairs that OpenCLIP leaves to ftfy and html.unescape, then white space and lower case. What ftfy does to text that was decoded
    /// with a wrong encoding is not done here.
    /// </summary>
    public static string CleanAsOpenClip(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in (text.Contains('<', StringComparison.Ordinal) ? text : WebUtility.HtmlDecode(text)).EnumerateRunes()) // ftfy leaves what may be HTML
        {
            AddPlain(plain, rune);
        }

        var composed = CanonicalComposition.Of(plain.ToString());
        return Lower(CollapseSpace(WebUtility.HtmlDecode(WebUtility.HtmlDecode(composed))), hasFinalSigma: true);
    }

    /// <summary>Splits a cleaned text: given wholes, contractions, runs of letters, single digits, runs of other signs; white space is dropped.</summary>
    /// <param name="text">A cleaned text.</param>
    /// <param name="wholes">Words that are not split where one begins.</param>
    public static IEnumerable<string> Words(string text, IReadOnlyList<string> wholes)
    {
        for (var at = 0; at < text.Length;)
        {
            var kind = KindAt(text, at, out var length);
            if (kind == Kind.Space)
            {
                at += length;
                continue;
            }

            var end = at + length;
            if (wholes.Concat(s_contractions).FirstOrDefault(whole => string.CompareOrdinal(text, at, whole, 0, whole.Length) == 0) is { } given)
            {
                end = at + given.Length;
            }
            else if (kind != Kind.Digit)
            {
                while (end < text.Length && KindAt(text, end, out length) == kind)
                {
                    end += length;
                }
            }

            yield return text[at..end];
            at = end;
        }
    }

    private enum Kind
    {
        Space,
        Letter,
        Digit,
        Sign,
    }

    private static Kind KindAt(string text, int at, out int length)
    {
        _ = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out length);
        return Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.IsLetter(rune) ? Kind.Letter : Rune.IsNumber(rune) ? Kind.Digit : Kind.Sign;
    }

    private static void AddPlain(StringBuilder plain, Rune rune)
    {
        var code = rune.Value;
        _ = code switch
        {
            < 0x09 or 0x0B or (>= 0x0E and < 0x20) or 0x7F or (>= 0x206A and <= 0x206F) or 0xFEFF or (>= 0xFFF9 and <= 0xFFFC) => plain,
            0x2BC or (>= 0x2018 and <= 0x201B) => plain.Append('\''),
            >= 0x201C and <= 0x201F => plain.Append('"'),
            0x3000 => plain.Append(' '),
            >= 0xFF01 and <= 0xFF5E => plain.Append((char)(code - 0xFEE0)),
            >= 0xFF61 and <= 0xFF9F => plain.Append(HalfWidthKatakana[code - 0xFF61]),
            >= 0xFFE0 and <= 0xFFE2 => plain.Append(WideSigns[code - 0xFFE0]),
            0xFFE3 => plain.Append(WideSigns, 3, 2),
            >= 0xFFE4 and <= 0xFFE6 => plain.Append(WideSigns[code - 0xFFE0 + 1]),
            _ when s_ligatures.TryGetValue(code, out var letters) => plain.Append(letters),
            _ => plain.Append(rune.ToString()),
        };
    }

    private static string CollapseSpace(string text)
    {
        var result = new StringBuilder(text.Length);
        var isSpace = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var wasSpace = isSpace;
            isSpace = Rune.IsWhiteSpace(rune);
            _ = isSpace ? (wasSpace ? result : result.Append(' ')) : result.Append(rune.ToString());
        }

        return result.ToString();
    }

    /// <summary>Full lower case of the Unicode standard: dotted capital I becomes two characters, a capital sigma that ends a word its own form.</summary>
    private static string Lower(string text, bool hasFinalSigma)
    {
        var result = new StringBuilder(text.Length);
        var previous = new Rune(' ');
        for (var at = 0; at < text.Length;)
        {
            _ = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            at += length;
            var endsWord = hasFinalSigma && rune.Value == 'Σ' && Rune.IsLetter(previous)
                && (at == text.Length || (Rune.DecodeFromUtf16(text.AsSpan(at), out var next, out _) == System.Buffers.OperationStatus.Done && !Rune.IsLetter(next)));
            _ = endsWord ? result.Append('ς') : rune.Value == 'İ' ? result.Append("i\u0307") : result.Append(Rune.ToLowerInvariant(rune).ToString());
            previous = rune;
        }

        return result.ToString();
    }
}
