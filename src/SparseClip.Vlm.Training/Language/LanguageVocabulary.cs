using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Language;

/// <summary>Nouns beside the concepts, so that what is learned is to read any word and not some hundreds of them.</summary>
public static class LanguageVocabulary
{
    private const int LongestNoun = 12;

    /// <summary>A quarter of WordNet's nouns are words for people. Of so many nouns one is: else what is learned is that there is a person in every picture.</summary>
    private const int OnePersonIn = 20;

    /// <summary>Single plain nouns for things, the same in every run over the same data: none of the concepts, none that words are measured by, none indelicate.</summary>
    /// <param name="catalogue">The records of the data folder.</param>
    /// <param name="wordNet">The nouns; null for none.</param>
    /// <param name="concepts">The words that are there anyway.</param>
    /// <param name="count">The most nouns.</param>
    public static IReadOnlyList<string> Nouns(IReadOnlyList<CatalogueEntry> catalogue, WordNet? wordNet, IReadOnlyCollection<string> concepts, int count)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(concepts);
        if (wordNet is null)
        {
            return [];
        }

        var measured = catalogue.Where(entry => entry.Split != "train").Select(entry => Noun.Normalize(entry.Label)).ToHashSet(StringComparer.Ordinal);
        var leftOut = LeftOutWords.Of(catalogue);
        var meanings = new ThingMeanings(wordNet);
        var relations = new WordNetRelations(wordNet);
        var people = 0;
        return [.. wordNet.Synsets
            .Where(synset => synset.Lemmas.Count > 0 && meanings.IsThing(synset) && wordNet.SynsetsOf(synset.Lemmas[0]) is [var usual, ..] && usual == synset)
            .Select(synset => synset.Lemmas[0])
            .Where(word => word.Length is > 2 and <= LongestNoun && word.All(char.IsAsciiLetterLower)
                && !concepts.Contains(word) && !measured.Contains(word) && !leftOut.OccurIn(word) && !IndelicateWords.IsIn(word))
            .Distinct(StringComparer.Ordinal)
            .OrderBy(StableHash.Fnv1a)
            .Where(word => !relations.WiderThan(word).Contains("person") || people++ < count / OnePersonIn)
            .Take(count)];
    }
}
