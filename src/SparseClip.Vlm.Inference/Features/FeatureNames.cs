using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>Finds features by their names, whatever the case of the letters. Thread-safe.</summary>
internal sealed class FeatureNames
{
    private readonly Dictionary<string, FeatureId> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<FeatureId>> _called = new(StringComparer.OrdinalIgnoreCase);

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

    /// <summary>Features whose name contains the query: 4 for the same name, 3 for one with it as a whole word, 2 for one that begins with it, 1.5 for any other place.</summary>
    public IEnumerable<(int Feature, float Score)> Matches(string query)
    {
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

    /// <summary>The names that are spelt most alike.</summary>
    public IEnumerable<string> Nearest(string name, int count) => _called.Keys
        .Where(word => Math.Abs(word.Length - name.Length) <= Tolerance(name))
        .Select(word => (Word: word, Distance: EditDistance(word, name)))
        .Where(candidate => candidate.Distance <= Tolerance(name))
        .OrderBy(candidate => candidate.Distance)
        .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
        .Take(count)
        .Select(candidate => candidate.Word);

    private static int Tolerance(string name) => Math.Max(2, Math.Min(name.Length, 64) / 3);

    /// <summary>Levenshtein's distance, letters in lower case.</summary>
    private static int EditDistance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < right.Length; j++)
            {
                var change = char.ToLowerInvariant(left[i]) == char.ToLowerInvariant(right[j]) ? 0 : 1;
                (diagonal, row[j + 1]) = (row[j + 1], Math.Min(Math.Min(row[j], row[j + 1]) + 1, diagonal + change));
            }
        }

        return row[^1];
    }
}
