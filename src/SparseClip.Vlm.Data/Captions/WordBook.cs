using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Captions;

/// <summary>
/// Which words can be said of which labels: their tags, and WordNet's other and wider words for them. What is learned from it is between texts alone: a
/// word's code has to lie near the codes of its labels, whatever picture is there.
/// </summary>
public sealed class WordBook
{
    private readonly Dictionary<string, SortedSet<string>> _wordsOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _labelsOf = new(StringComparer.Ordinal);

    /// <param name="pictures">Normalised labels of pictures with their tags; a label may come several times.</param>
    /// <param name="relations">Where other and wider words come from; null for none.</param>
    /// <param name="leftOut">Words that must not be learned.</param>
    public WordBook(IEnumerable<(string Label, IReadOnlyList<string> Tags)> pictures, IWordRelations? relations, LeftOutWords leftOut)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(leftOut);
        foreach (var (label, tags) in pictures)
        {
            var isNew = !_wordsOf.ContainsKey(label);
            var words = isNew ? _wordsOf[label] = new(StringComparer.Ordinal) : _wordsOf[label];
            var related = isNew && relations is not null ? relations.SynonymsOf(label).Concat(relations.WiderThan(label).Take(CaptionWriter.NearestWider)) : [];
            words.UnionWith(tags.Concat(related).Select(Noun.Normalize).Where(word => word != label && CaptionWriter.IsUsable(word) && !leftOut.OccurIn(word)));
        }

        foreach (var (label, words) in _wordsOf)
        {
            foreach (var word in words)
            {
                var labels = _labelsOf.TryGetValue(word, out var known) ? known : _labelsOf[word] = new(StringComparer.Ordinal);
                labels.Add(label);
                if (_wordsOf.ContainsKey(word))
                {
                    labels.Add(word); // "dog" is a tag of "dog face", and a label
                }
            }
        }
    }

    /// <summary>The words, each once.</summary>
    public int Count => _labelsOf.Count;

    /// <summary>Different words of some labels, at most one for each of them, with all of the labels that they can be said of.</summary>
    /// <param name="labels">Normalised labels, each once.</param>
    /// <param name="count">The most words.</param>
    /// <param name="random">Source of the choice.</param>
    public IReadOnlyList<SaidWord> Draw(IReadOnlyCollection<string> labels, int count, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(random);
        var order = labels.ToList();
        random.Shuffle(order);
        var drawn = new Dictionary<string, SaidWord>(StringComparer.Ordinal);
        foreach (var label in order.TakeWhile(_ => drawn.Count < count))
        {
            if (_wordsOf.TryGetValue(label, out var words) && words.Count > 0)
            {
                var word = words.ElementAt(random.Next(words.Count));
                drawn.TryAdd(word, new SaidWord(word, [.. labels.Where(_labelsOf[word].Contains)]));
            }
        }

        return [.. drawn.Values];
    }
}

/// <summary>A word and what it can be said of.</summary>
/// <param name="Word">The word.</param>
/// <param name="Labels">Labels, one or more.</param>
public sealed record SaidWord(string Word, IReadOnlyList<string> Labels);
