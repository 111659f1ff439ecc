using SparseClip.Vlm.Data.Captions;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>Whether a word is true of what a picture shows, as far as words alone tell. Thread-safe.</summary>
/// <param name="relations">Other and wider words; null for none.</param>
public sealed class WordTruth(IWordRelations? relations)
{
    /// <summary>Whether a word names the thing or something wider: the label, another word for it, a kind of thing that it is, or the head of its name.</summary>
    public bool IsTrue(string word, string thing)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(thing);
        return word == thing || thing.EndsWith(" " + word, StringComparison.Ordinal)
            || relations?.SynonymsOf(thing).Contains(word) == true || relations?.WiderThan(thing).Contains(word) == true;
    }

    /// <summary>
    /// Whether a word is certainly not true of a picture: it is not true of any of its things, is no narrower word for one, and shares no word with them or what else may be true.
    /// </summary>
    public bool IsFalse(string word, PictureFacts facts)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Gone.Contains(word) || (facts.Things.Count > 0 && facts.Things.All(thing => !IsTrue(word, thing) && !IsTrue(thing, word) && !AreSame(word, thing))
            && !SharesAWord(word, facts.Things.Concat(facts.AlsoTrue)));
    }

    /// <summary>Whether two words share a word, as "red car" and "car" do.</summary>
    public static bool SharesAWord(string word, IEnumerable<string> others)
    {
        var parts = Parts(word);
        return others.Any(other => Parts(other).Overlaps(parts));
    }

    /// <summary>Whether the two have a name in common.</summary>
    private bool AreSame(string a, string b) => relations is not null && relations.SynonymsOf(a).Append(a).Intersect(relations.SynonymsOf(b).Append(b)).Any();

    private static HashSet<string> Parts(string words) => [.. words.Split(' ', '-').Select(Core.Language.Plurals.Singular)];
}
