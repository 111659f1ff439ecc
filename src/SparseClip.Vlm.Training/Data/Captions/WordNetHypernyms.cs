using System.Collections.Concurrent;
using SparseClip.Vlm.Training.Data.Lexicon;

namespace SparseClip.Vlm.Training.Data.Captions;

/// <summary>
/// Wider words out of WordNet: the first words of the meanings above the most usual meaning that a picture can show, up to where they say
/// nothing any more ("artifact", "whole").
/// </summary>
public sealed class WordNetHypernyms(WordNet wordNet) : IHypernyms
{
    private static readonly HashSet<string> TooWide =
        ["entity", "physical entity", "object", "whole", "artifact", "matter", "substance", "living thing", "organism", "causal agent", "thing", "unit",
         "instrumentality", "abstraction", "part", "solid", "commodity", "consumer goods", "vertebrate", "chordate", "invertebrate", "placental", "vascular plant", "process"];

    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> known = new(StringComparer.Ordinal);

    /// <summary>The WordNet of a data folder (<c>wordnet/</c>); null where it has none.</summary>
    /// <exception cref="WordNetException">It is there but damaged.</exception>
    public static WordNetHypernyms? TryOpen(string dataDirectory)
    {
        var folder = Path.Combine(dataDirectory, "wordnet");
        return File.Exists(Path.Combine(folder, "data.noun")) && File.Exists(Path.Combine(folder, "index.noun"))
            ? new WordNetHypernyms(WordNet.Load(folder))
            : null;
    }

    public IReadOnlyList<string> Of(string label) => known.GetOrAdd(label, Find);

    private IReadOnlyList<string> Find(string label)
    {
        var words = new List<string>();
        var at = wordNet.SynsetsOf(label).FirstOrDefault(wordNet.IsPhysical);
        for (var step = 0; at is { HypernymOffsets.Count: > 0 } && step < 20; step++)
        {
            at = wordNet.Find(at.HypernymOffsets[0]);
            if (at is { Lemmas.Count: > 0 } && at.Lemmas.Any(TooWide.Contains) is false)
            {
                words.AddRange(at.Lemmas.Take(2).Select(Noun.Normalize));
            }
        }

        return words;
    }
}
