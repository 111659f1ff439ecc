namespace SparseClip.Vlm.Data.Lexicon;

/// <summary>
/// Tells meanings of things that a picture can show as its subject: artefacts, living things, food, and objects and formations of nature
/// (not substances, regions, groups or qualities).
/// </summary>
public sealed class ThingMeanings
{
    private static readonly (string Lemma, int Sense)[] Roots =
    [
        ("artifact", 0), ("living thing", 0), ("food", 0), ("food", 1), ("natural object", 0), ("geological formation", 0),
    ];

    private readonly WordNet wordNet;
    private readonly HashSet<int> roots;
    private readonly int? location;

    /// <param name="wordNet">The meanings.</param>
    public ThingMeanings(WordNet wordNet)
    {
        this.wordNet = wordNet;
        roots = [.. Roots.Select(r => wordNet.SynsetsOf(r.Lemma).ElementAtOrDefault(r.Sense)?.Offset).OfType<int>()];
        location = wordNet.SynsetsOf("location") is [var place, ..] ? place.Offset : null;
    }

    /// <summary>Whether a meaning is a thing.</summary>
    public bool IsThing(Synset synset) => wordNet.Ancestors(synset).Overlaps(roots);

    /// <summary>Whether a meaning is a thing or a place ("desert", "bus stop").</summary>
    public bool IsThingOrPlace(Synset synset) =>
        wordNet.Ancestors(synset) is var above && (above.Overlaps(roots) || (location is { } place && above.Contains(place)));
}
