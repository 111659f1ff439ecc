using System.Collections.Concurrent;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Lexicon;

namespace SparseClip.Vlm.Data.Captions;

/// <summary>
/// Words out of WordNet for the most usual meaning that a picture can show: those of the same meaning, and the first ones of the meanings above
/// it, up to where they say nothing any more ("artifact", "whole").
/// </summary>
public sealed class WordNetRelations(WordNet wordNet) : IWordRelations
{
    private static readonly HashSet<string> TooWide =
        ["entity", "physical entity", "object", "whole", "artifact", "matter", "substance", "living thing", "organism", "causal agent", "thing", "unit",
         "instrumentality", "abstraction", "part", "solid", "commodity", "consumer goods", "vertebrate", "chordate", "invertebrate", "placental", "vascular plant", "process"];

    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> wider = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> synonyms = new(StringComparer.Ordinal);

    /// <summary>The WordNet of a data folder (<c>wordnet/</c>); null where it has none.</summary>
    /// <exception cref="WordNetException">It is there but damaged.</exception>
    public static WordNetRelations? TryOpen(string dataDirectory)
    {
        var folder = Path.Combine(dataDirectory, "wordnet");
        return File.Exists(Path.Combine(folder, "data.noun")) && File.Exists(Path.Combine(folder, "index.noun"))
            ? new WordNetRelations(WordNet.Load(folder))
            : null;
    }

    /// <inheritdoc />
    public IReadOnlyList<string> WiderThan(string label) => wider.GetOrAdd(label, FindWider);

    /// <inheritdoc />
    public IReadOnlyList<string> SynonymsOf(string label) => synonyms.GetOrAdd(label, FindSynonyms);

    /// <summary>Whether a meaning says nothing of what a picture shows.</summary>
    public static bool IsTooWide(Synset synset)
    {
        ArgumentNullException.ThrowIfNull(synset);
        return synset.Lemmas.Any(TooWide.Contains);
    }

    /// <inheritdoc />
    /// <remarks>The definition's first clause without what stands in brackets.</remarks>
    public string? MeaningOf(string label)
    {
        var clause = UsualThing(label)?.Gloss.Split(';', ':')[0] ?? "";
        while (clause.IndexOf('(', StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = clause.IndexOf(')', open);
            clause = close < 0 ? clause[..open] : clause.Remove(open, close - open + 1);
        }

        var words = clause.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 || clause.Contains('"', StringComparison.Ordinal) ? null : string.Join(' ', words);
    }

    private List<string> FindWider(string label)
    {
        var words = new List<string>();
        var at = UsualThing(label);
        for (var step = 0; at is { HypernymOffsets.Count: > 0 } && step < 20; step++)
        {
            at = wordNet.Find(at.HypernymOffsets[0]);
            if (at is { Lemmas.Count: > 0 } && !IsTooWide(at))
            {
                words.AddRange(at.Lemmas.Take(2).Select(Noun.Normalize));
            }
        }

        return words;
    }

    private List<string> FindSynonyms(string label) =>
        [.. (UsualThing(label)?.Lemmas ?? []).Select(Noun.Normalize).Where(word => word != label && CaptionWriter.IsUsable(word))];

    /// <summary>The most usual meaning that a picture can show.</summary>
    private Synset? UsualThing(string label) => wordNet.SynsetsOf(label).FirstOrDefault(wordNet.IsPhysical);
}
