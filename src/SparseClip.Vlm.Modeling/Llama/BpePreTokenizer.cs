using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// Splits a text into the words that BPE may not merge across: contractions, letters, digits, other signs, spaces, a single space going with
/// what follows it (GPT-2). Some models split every digit off first.
/// </summary>
internal sealed partial class BpePreTokenizer(bool splitsDigits) : PreTokenizer
{
    /// <summary>The names, in GGUF, of the pre-tokenisers that this class does.</summary>
    public static IReadOnlyList<string> Known { get; } = ["smollm", "gpt-2", "default"];

    /// <summary>Whether the pre-tokeniser of that name splits digits off; null if it is not known.</summary>
    public static bool? SplitsDigits(string name) => name switch
    {
        "smollm" => true,
        "gpt-2" or "default" => false,
        _ => null,
    };

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => Split(text);

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => Split(text.ToString());

    private IEnumerable<(int Offset, int Length)> Split(string text)
    {
        if (!splitsDigits)
        {
            return Words(text, 0, text.Length);
        }

        var parts = new List<(int, int)>();
        var done = 0;
        foreach (var digit in Digit().EnumerateMatches(text))
        {
            parts.AddRange(Words(text, done, digit.Index - done));
            parts.Add((digit.Index, digit.Length));
            done = digit.Index + digit.Length;
        }

        parts.AddRange(Words(text, done, text.Length - done));
        return parts;
    }

    /// <summary>The words of a part, which is looked at by itself: its end is the end of the text.</summary>
    private static List<(int Offset, int Length)> Words(string text, int start, int length)
    {
        var words = new List<(int, int)>();
        foreach (var word in Word().EnumerateMatches(text.AsSpan(start, length)))
        {
            words.Add((start + word.Index, word.Length));
        }

        return words;
    }

    [GeneratedRegex(@"\p{N}")]
    private static partial Regex Digit();

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Word();
}
