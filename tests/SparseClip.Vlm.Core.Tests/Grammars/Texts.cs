using System.Text;
using SparseClip.Vlm.Core.Grammars;

namespace SparseClip.Vlm.Core.Tests.Grammars;

/// <summary>Texts against grammars.</summary>
internal static class Texts
{
    /// <summary>Whether a text follows a grammar, walked byte by byte as the worst of vocabularies would.</summary>
    public static bool Follow(this Grammar grammar, string text)
    {
        var state = new GrammarState(grammar);
        foreach (var letter in Encoding.UTF8.GetBytes(text))
        {
            state.Grant();
            if (!state.Accepts([letter]))
            {
                return false;
            }

            state.Advance([letter]);
        }

        return state.IsComplete;
    }

    /// <summary>A text that follows a grammar, drawn byte by byte; null where it has no end within so many.</summary>
    public static string? Draw(this Grammar grammar, int seed, int most)
    {
        var random = new Random(seed);
        var state = new GrammarState(grammar);
        var bytes = new List<byte>();
        while (state.CanContinue)
        {
            state.Grant();
            byte[] next = [.. Enumerable.Range(0, 256).Select(letter => (byte)letter).Where(letter => state.Accepts([letter]))];
            bytes.Add(next[random.Next(next.Length)]);
            state.Advance([bytes[^1]]);
            if (bytes.Count > most)
            {
                return null;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
