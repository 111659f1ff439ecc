using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;

namespace SparseClip.Vlm.Training.Concepts;

/// <summary>
/// Which concepts a picture shows, as far as its label and tags tell: what the label is called and what it is a kind of, and of words that are no label also what the tags say. Of what shares
/// a word with either, or is a kind of what the label says, nothing is known. Thread-safe.
/// </summary>
public sealed class ConceptTruth
{
    private readonly Dictionary<string, int> _places;
    private readonly Dictionary<string, List<int>> _byPart = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _byWider = new(StringComparer.Ordinal);
    private readonly IWordRelations? _relations;
    private readonly HashSet<string> _labels;

    /// <param name="words">The concepts.</param>
    /// <param name="labels">What pictures are labelled with, normalised: a tag of such a word proves nothing.</param>
    /// <param name="relations">Other and wider words; null for none.</param>
    public ConceptTruth(IReadOnlyList<string> words, IEnumerable<string> labels, IWordRelations? relations)
    {
        ArgumentNullException.ThrowIfNull(words);
        _relations = relations;
        _labels = [.. labels];
        _places = words.Index().ToDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);
        foreach (var (place, word) in words.Index())
        {
            foreach (var part in Parts(word))
            {
                Add(_byPart, part, place);
            }

            foreach (var wider in relations?.WiderThan(word) ?? [])
            {
                Add(_byWider, wider, place);
            }
        }
    }

    /// <summary>The places of the concepts that a picture shows, and of those of which that is not known.</summary>
    /// <param name="label">Its label, normalised.</param>
    /// <param name="tags">Its tags, normalised.</param>
    public (IReadOnlySet<int> Shown, IReadOnlySet<int> Unknown) Of(string label, IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(tags);
        var shown = new HashSet<int>();
        foreach (var name in Names(label).Concat(tags.Where(tag => !_labels.Contains(tag))))
        {
            if (_places.TryGetValue(name, out var place))
            {
                shown.Add(place);
            }
        }

        var unknown = new HashSet<int>();
        foreach (var part in tags.Append(label).SelectMany(Parts))
        {
            unknown.UnionWith(_byPart.GetValueOrDefault(part) ?? []);
        }

        foreach (var name in Synonyms(label).Prepend(label))
        {
            unknown.UnionWith(_byWider.GetValueOrDefault(name) ?? []);
        }

        unknown.ExceptWith(shown);
        return (shown, unknown);
    }

    /// <summary>The label, other words for it, what it is a kind of.</summary>
    private IEnumerable<string> Names(string label) => Synonyms(label).Prepend(label).Concat(_relations.KindsOf(label));

    private IReadOnlyList<string> Synonyms(string label) => _relations?.SynonymsOf(label) ?? [];

    private static IEnumerable<string> Parts(string words) => words.Split(' ', '-').Select(Plurals.Singular).Distinct(StringComparer.Ordinal);

    private static void Add(Dictionary<string, List<int>> lists, string key, int place)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.Add(place);
    }
}
