namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// Tells answers that steering broke (Sparse CLIP, section 4, counts abnormally long ones): empty, cut off by the token limit, longer than 40 words
/// though a short answer was asked for, or repeating itself.
/// </summary>
public static class AnswerCorruption
{
    /// <summary>The most words of a sound answer.</summary>
    public const int MostWords = 40;

    /// <summary>Whether an answer is corrupted.</summary>
    /// <param name="text">The answer.</param>
    /// <param name="isCutOff">Whether the token limit ended it.</param>
    public static bool IsCorrupted(string text, bool isCutOff)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return isCutOff || words.Length > MostWords || !text.Any(char.IsLetter) || Repeats(words);
    }

    /// <summary>The same three words three times, or one word four times in a row.</summary>
    private static bool Repeats(string[] words)
    {
        var triples = new Dictionary<(string, string, string), int>();
        var run = 1;
        for (var i = 0; i < words.Length; i++)
        {
            run = i > 0 && words[i] == words[i - 1] ? run + 1 : 1;
            if (run == 4)
            {
                return true;
            }

            if (i >= 2)
            {
                var triple = (words[i - 2], words[i - 1], words[i]);
                triples[triple] = triples.GetValueOrDefault(triple) + 1;
                if (triples[triple] == 3)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
