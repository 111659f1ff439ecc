using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Training.Naming;

/// <summary>
/// The words that features may be named after: what a picture can show. The paper runs every WordNet lemma and 20,000 common words (section 3); of these, the
/// names of persons, places and species in Latin would only stand where a plainer word says more.
/// </summary>
public static class NamingVocabulary
{
    private const int MostWords = 3;

    /// <summary>
    /// Labels and tags of the catalogue, the trunk's class names, and the first lemmas of WordNet's physical entities, each once, in lower case.
    /// </summary>
    /// <param name="catalogue">The records of the data folder.</param>
    /// <param name="wordNet">WordNet's nouns; null for none.</param>
    /// <param name="classes">The names of the trunk's classes; empty for none.</param>
    public static IEnumerable<string> Words(IEnumerable<CatalogueEntry> catalogue, WordNet? wordNet, IReadOnlyList<string> classes)
    {
        var labelled = catalogue.Where(entry => entry.Kind != "background" && entry.Split == "train").SelectMany(entry => entry.Tags.Prepend(entry.Label));
        var nouns = wordNet?.Synsets.Where(synset => synset.Lemmas.Count > 0 && wordNet.IsPhysical(synset)).Select(synset => synset.Lemmas[0]) ?? [];
        return labelled.Concat(classes).Concat(nouns.Where(IsCommon)).Select(Noun.Normalize).Where(IsWord).Distinct(StringComparer.Ordinal);
    }

    /// <summary>WordNet writes names and Latin species with capitals.</summary>
    private static bool IsCommon(string lemma) => !lemma.Any(char.IsUpper);

    private static bool IsWord(string word) =>
        CaptionWriter.IsUsable(word) && word.Length > 2 && word.Count(letter => letter == ' ') < MostWords;
}
