namespace SparseClip.Vlm.Web.State;

/// <summary>A word of a text and whether the other text lacks it there.</summary>
public readonly record struct DiffWord(string Text, bool IsNew);

/// <summary>Which words of an answer are new against another, by their longest common subsequence.</summary>
public static class WordDiff
{
    /// <summary>Longer texts are not compared: the table grows with the product of both lengths.</summary>
    private const int MaxWords = 600;

    /// <summary>The words of <paramref name="current"/> in order.</summary>
    public static IReadOnlyList<DiffWord> Compare(string before, string current)
    {
        var old = Split(before);
        var words = Split(current);
        if (old.Length > MaxWords || words.Length > MaxWords)
        {
            return [.. words.Select(word => new DiffWord(word, false))];
        }

        // common[i, j]: the longest common subsequence of old[i..] and words[j..].
        var common = new int[old.Length + 1, words.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = words.Length - 1; j >= 0; j--)
            {
                common[i, j] = Same(old[i], words[j]) ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var result = new List<DiffWord>(words.Length);
        for (int i = 0, j = 0; j < words.Length;)
        {
            if (i < old.Length && Same(old[i], words[j]))
            {
                result.Add(new DiffWord(words[j++], false));
                i++;
            }
            else if (i < old.Length && common[i + 1, j] >= common[i, j + 1])
            {
                i++;
            }
            else
            {
                result.Add(new DiffWord(words[j++], true));
            }
        }

        return result;
    }

    private static string[] Split(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static bool Same(string a, string b) => string.Equals(Core(a), Core(b), StringComparison.OrdinalIgnoreCase);

    private static string Core(string word) => word.Trim('.', ',', '!', '?', ';', ':', '"', '\'');
}
