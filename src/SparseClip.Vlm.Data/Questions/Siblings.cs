using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>Words of a vocabulary by the next wider word: those that are easily mistaken for each other. Immutable.</summary>
public sealed class Siblings
{
    private readonly IWordRelations? _relations;
    private readonly ILookup<string, string> _byWider;

    /// <param name="vocabulary">The words to draw from.</param>
    /// <param name="relations">Wider words; null for none: then nothing has a sibling.</param>
    public Siblings(IReadOnlyList<string> vocabulary, IWordRelations? relations)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        _relations = relations;
        _byWider = vocabulary.Select(word => (Word: word, Wider: Wider(word) is [var first, ..] ? first : null)).Where(pair => pair.Wider is not null)
            .ToLookup(pair => pair.Wider!, pair => pair.Word, StringComparer.Ordinal);
    }

    /// <summary>A word beside another under the same wider one, else under the one above that; null where there is none.</summary>
    public string? Draw(string word, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        foreach (var wider in Wider(word).Take(3))
        {
            if (_byWider[wider].Where(other => other != word).ToList() is { Count: > 0 } others)
            {
                return random.Pick(others);
            }
        }

        return null;
    }

    private IReadOnlyList<string> Wider(string word) => _relations?.WiderThan(word) ?? [];
}
