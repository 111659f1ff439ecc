using SparseClip.Vlm.Data.Lexicon;


namespace SparseClip.Vlm.Data.Sources;

/// <summary>
/// Tells from its name and group whether an emoji shows one nameable thing. In the groups of things, the longest ending of the name that is a
/// noun ("oncoming bus": "bus") must have a thing or place among its two most usual meanings; in the others (faces, people, symbols) the whole
/// name must be a noun whose most usual meaning is one ("astronaut", but not "man running").
/// </summary>
internal sealed class EmojiConcreteness
{
    private static readonly HashSet<string> GroupsOfThings = ["Animals & Nature", "Food & Drink", "Objects", "Travel & Places", "Activities"];

    private readonly WordNet wordNet;
    private readonly ThingMeanings things;

    public EmojiConcreteness(WordNet wordNet)
    {
        this.wordNet = wordNet;
        things = new ThingMeanings(wordNet);
    }

    /// <param name="label">The emoji's name.</param>
    /// <param name="category">Unicode's group.</param>
    public bool Of(string label, string category)
    {
        label = label.Replace('’', '\'');
        return GroupsOfThings.Contains(category)
            ? NounEnding(label).Take(2).Any(things.IsThingOrPlace)
            : wordNet.SynsetsOf(label).Take(1).Any(things.IsThingOrPlace);
    }

    private IReadOnlyList<Synset> NounEnding(string label)
    {
        string[] words = label.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            if (wordNet.SynsetsOf(string.Join(' ', words[i..])) is { Count: > 0 } senses)
            {
                return senses;
            }
        }

        return [];
    }
}
