using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>Finds features by their names, whatever the case of the letters. Thread-safe.</summary>
internal sealed class FeatureNames
{
    private readonly Dictionary<string, FeatureId> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<FeatureId>> _called = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _words = new(StringComparer.OrdinalIgnoreCase);

    public FeatureNames(IReadOnlyList<Feature> features)
    {
        foreach (var feature in features)
        {
            _exact.TryAdd(feature.Name, feature.Id);
            var word = FeatureName.Word(feature.Name);
            if (!_called.TryGetValue(word, out var ids))
            {
                _called[word] = ids = [];
            }

            _words.Add(word);
            _words.UnionWith(feature.TopWords.Select(top => top.Word));

            // Dead features keep their names, but steering them does nothing.
            if (feature.Maximum > 0)
            {
                ids.Add(feature.Id);
            }
        }
    }

    /// <summary>The feature of exactly this name, number included.</summary>
    public FeatureId? Exact(string name) => _exact.TryGetValue(name, out var id) ? id : null;

    /// <summary>All live features called by this word, whatever their numbers; empty when there is none.</summary>
    public IReadOnlyList<FeatureId> Called(string word) => _called.TryGetValue(word, out var ids) ? ids : [];

    /// <summary>Whether the word is a feature's name or among the words that activate a feature most.</summary>
    public bool IsKnown(string word) => _words.Contains(word);

    /// <summary>At most three names of the same word with another number; of words spelt alike where no feature is called by it.</summary>
    public IEnumerable<string> Others(string name)
    {
        var word = FeatureName.Word(name);
        var same = _exact.Keys
            .Where(known => string.Equals(FeatureName.Word(known), word, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).Take(3).ToList();
        return same.Count > 0 ? same : Nearest(word, 3);
    }

    /// <summary>
    /// Features whose name contains the query: 5 for the name of exactly one, 4 for the same word, 3 for one with it as a whole word, 2 for one that begins with
    /// it, 1.5 for any other place.
    /// </summary>
    public IEnumerable<(int Feature, float Score)> Matches(string query)
    {
        if (FeatureName.IsOfOne(query) && Exact(query) is { } one)
        {
            yield return (one.Value, 5f);
            yield break;
        }

        foreach (var (word, ids) in _called)
        {
            var at = word.IndexOf(query, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                continue;
            }

            var score = word.Length == query.Length ? 4f : IsWhole(word, at, query.Length) ? 3f : at == 0 ? 2f : 1.5f;
            foreach (var id in ids)
            {
                yield return (id.Value, score);
            }
        }
    }

    private static bool IsWhole(string name, int at, int length) =>
        (at == 0 || name[at - 1] is ' ' or '-') && (at + length == name.Length || name[at + length] is ' ' or '-');

    /// <summary>The known words that are spelt most alike, names of features first among equals.</summary>
    public IEnumerable<string> Nearest(string name, int count) => _words
        .Where(word => Math.Abs(word.Length - name.Length) <= Tolerance(name))
        .Select(word => (Word: word, Distance: Spelling.Distance(word, name)))
        .Where(candidate => candidate.Distance <= Tolerance(name))
        .OrderBy(candidate => candidate.Distance)
        .ThenByDescending(candidate => _called.ContainsKey(candidate.Word))
        .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
        .Take(count)
        .Select(candidate => candidate.Word);

    private static int Tolerance(string name) => Math.Max(2, Math.Min(name.Length, 64) / 3);
}
