namespace SparseClip.Vlm.Llama.Models;

/// <summary>
/// Cuts long texts for the tokeniser, whose time grows with the square of the longest word. A cut before a single space between two words
/// changes no token, because byte-level BPE begins a word there anyway; only a text without such places is cut elsewhere.
/// </summary>
internal static class LongText
{
    /// <summary>Characters of a piece.</summary>
    public const int Longest = 4096;

    /// <summary>The pieces of a text; joined they are the text.</summary>
    public static IEnumerable<string> Cut(string text)
    {
        var start = 0;
        while (text.Length - start > Longest)
        {
            var end = BetweenWords(text, start, start + Longest);
            yield return text[start..end];
            start = end;
        }

        yield return text[start..];
    }

    private static int BetweenWords(string text, int start, int most)
    {
        for (var at = most; at > start + Longest / 2; at--)
        {
            if (text[at] == ' ' && !char.IsWhiteSpace(text[at - 1]) && !char.IsWhiteSpace(text[at + 1]))
            {
                return at;
            }
        }

        return char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
    }
}
