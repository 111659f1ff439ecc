using System.Collections.Concurrent;
using System.Text;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// Tells whether an answer names a label: the label itself or a synonym of it stands in the answer as whole words. Case, hyphens and plurals make no
/// difference, nor does whether a compound is written apart ("sun glasses"). Wider words do not count: "an animal" does not name a dog.
/// Thread-safe.
/// </summary>
/// <param name="synonyms">The synonyms of a label; the label itself need not be among them.</param>
public sealed class SubjectMatcher(Func<string, IEnumerable<string>> synonyms)
{
    private const int LongestCompound = 6;
    private readonly ConcurrentDictionary<string, HashSet<string>> _accepted = new(StringComparer.Ordinal);

    /// <summary>Whether the answer names the label.</summary>
    public bool Names(string answer, string label)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(label);
        var accepted = _accepted.GetOrAdd(label, Accepted);
        var words = Words(answer);
        for (var start = 0; start < words.Count; start++)
        {
            var compound = new StringBuilder();
            for (var length = 1; length <= LongestCompound && start + length <= words.Count; length++)
            {
                var word = words[start + length - 1];
                if (accepted.Contains(compound + Plurals.Singular(word)) || accepted.Contains(compound + word))
                {
                    return true;
                }

                compound.Append(word);
            }
        }

        return false;
    }

    /// <summary>Whether two labels name the same thing.</summary>
    public bool AreSame(string label, string other) => Names(label, other) || Names(other, label);

    private HashSet<string> Accepted(string label) => synonyms(label).Prepend(label)
        .Select(Words)
        .Where(words => words.Count > 0)
        .SelectMany(words => new[] { string.Concat(words), string.Concat(words.SkipLast(1)) + Plurals.Singular(words[^1]) })
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Lower-case runs of letters and digits; an apostrophe belongs to its word, a possessive does not.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var letter in text.ToLowerInvariant().Replace("'s ", " ", StringComparison.Ordinal).Replace("’s ", " ", StringComparison.Ordinal) + " ")
        {
            if (char.IsLetterOrDigit(letter))
            {
                word.Append(letter);
            }
            else if (letter is not ('\'' or '’') && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return words;
    }
}
