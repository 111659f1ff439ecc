using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>By which words an answer may name a concept: the concept's own, other words for it, and those of what is a kind of it ("parrot" names a bird).</summary>
/// <param name="table">The bundle's table of concepts.</param>
internal sealed class ConceptWords(string table)
{
    private readonly List<Line> _lines = [.. File.ReadLines(table).Select(line => JsonSerializer.Deserialize<Line>(line, JsonSerializerOptions.Web)!)];

    /// <summary>Whether an answer names the concept, in whole words; case and a plural's ending make no difference.</summary>
    public bool IsNamedIn(string answer, string concept)
    {
        var words = _lines.Where(line => Is(line.Word, concept) || line.Wider?.Any(wider => Is(wider, concept)) == true)
            .SelectMany(line => (line.Synonyms ?? []).Append(line.Word))
            .Append(concept);
        return words.Any(word => Regex.IsMatch(answer, $@"\b{Regex.Escape(word)}(s|es)?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));
    }

    /// <summary>Whether a concept is another one or a kind of it.</summary>
    public bool IsKindOf(string concept, string wider) => Is(concept, wider) || _lines.Any(line => Is(line.Word, concept) && line.Wider?.Any(word => Is(word, wider)) == true);

    private static bool Is(string word, string concept) => string.Equals(word, concept, StringComparison.OrdinalIgnoreCase);

    private sealed record Line(string Word, string[]? Synonyms, string[]? Wider);
}
