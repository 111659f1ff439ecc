using System.Collections.Frozen;
using System.Text.RegularExpressions;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Training.Naming;

/// <summary>
/// Slurs and indecent words, of which the naming vocabulary has some. No feature is called by them; searching and steering by them works as by any other
/// word. The list is indelicate-words.txt.
/// </summary>
internal static partial class IndelicateWords
{
    private const string Resource = "indelicate-words.txt";
    private static readonly FrozenSet<string> s_entries = Read();
    private static readonly int s_mostWords = s_entries.Max(entry => entry.Count(letter => letter == ' ') + 1);

    /// <summary>Whether a text has an entry of the list as whole words, whatever the case of its letters, or a plural of the entry.</summary>
    public static bool IsIn(string text)
    {
        var words = Word().Matches(text.ToLowerInvariant()).Select(match => match.Value).ToArray();
        for (var start = 0; start < words.Length; start++)
        {
            for (var end = start + 1; end <= Math.Min(start + s_mostWords, words.Length); end++)
            {
                var phrase = string.Join(' ', words[start..end]);
                if (s_entries.Contains(phrase) || Plurals.BaseForms(phrase).Any(s_entries.Contains))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(IndelicateWords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#').ToFrozenSet(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();
}
