using SparseClip.Vlm.Training.Data.Lexicon;

namespace SparseClip.Vlm.Training.Data.Sources;

/// <summary>
/// Tells from its name whether an emoji shows one nameable thing: the longest ending of the name that is a noun ("oncoming bus":
/// "bus") must have, among its usual meanings, an artefact, an animal, a plant, food, a person, or a thing of nature.
/// </summary>
internal sealed class EmojiConcreteness(WordNet wordNet)
{
    public bool Of(string label)
    {
        string[] words = label.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            IReadOnlyList<Synset> senses = wordNet.SynsetsOf(string.Join(' ', words[i..]));
            if (senses.Count > 0)
            {
                return senses.Any(wordNet.IsPhysical);
            }
        }

        return false;
    }
}
