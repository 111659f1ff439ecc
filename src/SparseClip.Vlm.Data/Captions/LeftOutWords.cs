using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Data.Captions;

/// <summary>
/// An eighth of the one-word tags of icons, kept out of every caption, so that what a word means to a tower can be measured on words that it
/// never trained on. A word of any label is no such word: labels must be sayable.
/// </summary>
public sealed class LeftOutWords
{
    private readonly HashSet<string> _words;

    private LeftOutWords(HashSet<string> words) => _words = words;

    /// <summary>Nothing is left out.</summary>
    public static LeftOutWords None { get; } = new([]);

    /// <summary>The words, sorted.</summary>
    public IReadOnlyList<string> Words => [.. _words.Order(StringComparer.Ordinal)];

    /// <summary>Chooses them among the tags of a data folder, by a stable hash: the same in every run over the same data.</summary>
    /// <param name="entries">All pictures of the folder.</param>
    public static LeftOutWords Of(IEnumerable<CatalogueEntry> entries)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        var tags = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            said.UnionWith(WordsOf(Noun.Normalize(entry.Label)));
            if (entry.Kind == "icon")
            {
                tags.UnionWith(entry.Tags.Select(Noun.Normalize).Where(tag => CaptionWriter.IsUsable(tag) && tag.All(char.IsAsciiLetterLower)));
            }
        }

        return new LeftOutWords([.. tags.Where(tag => StableHash.Fnv1a(tag) % 8 == 0 && !said.Contains(tag))]);
    }

    /// <summary>Whether a word is left out.</summary>
    public bool IsLeftOut(string word) => _words.Contains(word);

    /// <summary>Whether a left-out word stands in a text.</summary>
    public bool OccurIn(string text) => _words.Count > 0 && WordsOf(text).Any(_words.Contains);

    private static string[] WordsOf(string text) => text.Split([' ', '-', ',', '\''], StringSplitOptions.RemoveEmptyEntries);
}
