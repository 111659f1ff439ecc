using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Features;

/// <summary>
/// The words that pictures may name features after: labels of training pictures, classes of the trunk, and tags that are nouns; kinds of things among them as far as people tag pictures with
/// them. Words about pictures and those unfit to be seen are left out.
/// </summary>
public static class FeatureWords
{
    private const int FewestLetters = 3;

    /// <summary>The words, each once, those that most pictures are labelled with first, then those that most are tagged with: of words that fit alike the first one is taken.</summary>
    /// <param name="catalogue">The records of the data folder.</param>
    /// <param name="wordNet">WordNet's nouns.</param>
    /// <param name="classes">The names of the trunk's classes; empty for none.</param>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<CatalogueEntry> catalogue, WordNet wordNet, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(wordNet);
        ArgumentNullException.ThrowIfNull(classes);
        CatalogueEntry[] trained = [.. catalogue.Where(entry => entry.Split == "train" && entry.Kind != "background")];
        var labels = trained.CountBy(entry => Noun.Normalize(entry.Label), StringComparer.Ordinal);
        var tags = trained.SelectMany(entry => entry.Tags.Select(Noun.Normalize).Distinct(StringComparer.Ordinal)).CountBy(tag => tag, StringComparer.Ordinal)
            .Where(tag => wordNet.NounOf(tag.Key) is not null);
        return [.. ByUse(labels).Concat(classes.Select(Noun.Normalize)).Concat(ByUse(tags)).Where(IsName).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> ByUse(IEnumerable<KeyValuePair<string, int>> words) =>
        words.OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal).Select(word => word.Key);

    private static bool IsName(string word) => CaptionWriter.IsUsable(word) && word.Length >= FewestLetters && !ConceptVocabulary.IsOfPictures(word) && !IndelicateWords.IsIn(word);
}
