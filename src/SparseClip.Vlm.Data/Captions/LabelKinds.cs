namespace SparseClip.Vlm.Data.Captions;

/// <summary>What labels are kinds of, also those that no dictionary has: a brand's carton is what its last words say.</summary>
public static class LabelKinds
{
    /// <summary>The words that a label is a kind of, the narrowest first: of "arla natural yoghurt" "yoghurt", "yogurt", "food"; empty where nothing is known and the label is one word.</summary>
    /// <param name="relations">Other and wider words; null for none.</param>
    /// <param name="label">The label, normalised.</param>
    public static IReadOnlyList<string> KindsOf(this IWordRelations? relations, string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (relations?.WiderThan(label) is { Count: > 0 } wider)
        {
            return wider;
        }

        var endings = Endings(label).ToList();
        return endings.Find(ending => relations?.WiderThan(ending).Count > 0) is { } known
            ? [known, .. relations!.SynonymsOf(known), .. relations.WiderThan(known)]
            : endings.TakeLast(1).ToList();
    }

    /// <summary>The words that a label ends in, the longest first, without the label itself.</summary>
    public static IEnumerable<string> Endings(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        for (var at = label.IndexOf(' ', StringComparison.Ordinal); at >= 0; at = label.IndexOf(' ', at + 1))
        {
            yield return label[(at + 1)..];
        }
    }
}
