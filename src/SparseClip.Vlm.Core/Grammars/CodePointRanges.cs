using System.Text;

namespace SparseClip.Vlm.Core.Grammars;

/// <summary>Sets of characters as ranges of code points, and how UTF-8 writes them.</summary>
internal static class CodePointRanges
{
    private const int Last = 0x10FFFF;

    // Halves of surrogate pairs are no characters; U+0000 stands in no text of a language model.
    private static readonly (int Low, int High)[] s_all = [(1, 0xD7FF), (0xE000, Last)];

    // The last code points of one, two, three and four bytes.
    private static readonly int[] s_lengths = [0x7F, 0x7FF, 0xFFFF, Last];

    /// <summary>All characters.</summary>
    public static IReadOnlyList<(int Low, int High)> All => s_all;

    /// <summary>The characters of ranges, sorted and apart.</summary>
    public static IReadOnlyList<(int Low, int High)> Of(IEnumerable<(int Low, int High)> ranges)
    {
        var merged = new List<(int Low, int High)>();
        foreach (var (low, high) in ranges.SelectMany(Characters).Order())
        {
            if (merged.Count > 0 && low <= merged[^1].High + 1)
            {
                merged[^1] = (merged[^1].Low, Math.Max(high, merged[^1].High));
            }
            else
            {
                merged.Add((low, high));
            }
        }

        return merged;
    }

    /// <summary>All other characters.</summary>
    /// <param name="ranges">Sorted and apart.</param>
    public static IReadOnlyList<(int Low, int High)> Not(IReadOnlyList<(int Low, int High)> ranges)
    {
        var others = new List<(int Low, int High)>();
        var next = 0;
        foreach (var (low, high) in ranges)
        {
            others.Add((next, low - 1));
            next = high + 1;
        }

        others.Add((next, Last));
        return Of(others.Where(range => range.Low <= range.High));
    }

    /// <summary>The sequences of byte ranges that are the UTF-8 of a range: a text is one of its characters exactly if its bytes lie in the ranges of one sequence.</summary>
    /// <param name="low">The first code point, no half of a surrogate pair.</param>
    /// <param name="high">The last; no such half lies between.</param>
    public static IEnumerable<(byte Low, byte High)[]> Utf8(int low, int high)
    {
        var length = Array.FindIndex(s_lengths, last => low <= last) + 1;
        if (high > s_lengths[length - 1])
        {
            var last = s_lengths[length - 1];
            return Utf8(low, last).Concat(Utf8(last + 1, high));
        }

        // Where the leading bytes differ, what follows them must be all continuations: else the range is cut until it is so.
        for (var rest = 1; rest < length; rest++)
        {
            var mask = (1 << (6 * rest)) - 1;
            if ((low & ~mask) == (high & ~mask))
            {
                continue;
            }

            if ((low & mask) != 0)
            {
                return Utf8(low, low | mask).Concat(Utf8((low | mask) + 1, high));
            }

            if ((high & mask) != mask)
            {
                return Utf8(low, (high & ~mask) - 1).Concat(Utf8(high & ~mask, high));
            }
        }

        return [[.. Bytes(low).Zip(Bytes(high))]];
    }

    private static byte[] Bytes(int codePoint) => Encoding.UTF8.GetBytes(new Rune(codePoint).ToString());

    private static IEnumerable<(int Low, int High)> Characters((int Low, int High) range) =>
        from part in s_all
        let low = Math.Max(part.Low, range.Low)
        let high = Math.Min(part.High, range.High)
        where low <= high
        select (low, high);
}
