using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Concepts;

/// <summary>The words that become concepts: what answers name, and the everyday words for it that people tag pictures with or sort things by. Of words for one thing the most used one stands for all.</summary>
public static class ConceptVocabulary
{
    /// <summary>A tag that fewer training pictures have is no everyday word.</summary>
    private const int FewestTagged = 12;

    private const int MostWords = 3;

    /// <summary>Words about pictures, not about what they show.</summary>
    private static readonly HashSet<string> s_ofPictures =
        ["icon", "clipart", "clip art", "emoji", "emoticon", "fill", "symbol", "sign", "outline", "glyph", "vector", "sticker", "silhouette", "image", "picture", "photo", "drawing", "graphic", "logo", "shape", "line", "object", "item", "thing"];

    /// <summary>The words with their synonyms, sorted.</summary>
    /// <param name="spoken">What answers name.</param>
    /// <param name="classes">The names of the trunk's classes among it.</param>
    /// <param name="catalogue">The records of the data folder.</param>
    /// <param name="wordNet">WordNet's nouns.</param>
    /// <param name="known">Tells words of the language from brands and invented names.</param>
    public static IReadOnlyList<(string Word, IReadOnlyList<string> Synonyms)> Words(IReadOnlyCollection<string> spoken, IReadOnlyCollection<string> classes, IReadOnlyCollection<CatalogueEntry> catalogue, WordNet wordNet, KnownWords known)
    {
        ArgumentNullException.ThrowIfNull(spoken);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(wordNet);
        ArgumentNullException.ThrowIfNull(known);
        var relations = new WordNetRelations(wordNet);
        CatalogueEntry[] trained = [.. catalogue.Where(entry => entry.Split == "train" && entry.Kind != "background")];
        var labelled = trained.CountBy(entry => Noun.Normalize(entry.Label), StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var tagged = trained.SelectMany(entry => entry.Tags.Select(Noun.Normalize).Distinct(StringComparer.Ordinal)).CountBy(tag => tag, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var things = new ThingMeanings(wordNet);
        var everyday = tagged.Where(tag => tag.Value >= FewestTagged).Select(tag => tag.Key).Where(IsThing);
        var kinds = BasicCategory.All.Where(kind => !kind.StartsWith("piece of ", StringComparison.Ordinal));
        var named = spoken.Where(word => labelled.ContainsKey(word) || classes.Contains(word));
        // What labels that no dictionary has are kinds of: "yoghurt" of "arla natural yoghurt".
        var sold = labelled.Where(label => relations.WiderThan(label.Key).Count == 0)
            .SelectMany(label => LabelKinds.Endings(label.Key).Where(ending => relations.WiderThan(ending).Count > 0).Take(1).Select(ending => (Ending: ending, Pictures: label.Value)))
            .GroupBy(label => label.Ending, StringComparer.Ordinal).Where(same => same.Sum(label => label.Pictures) >= FewestTagged).Select(same => same.Key).Where(IsThing);
        var words = named.Concat(everyday).Concat(sold).Concat(kinds).Concat(ColourNames.All).Where(IsForPeople).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var mains = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var all = words.ToHashSet(StringComparer.Ordinal);
        foreach (var word in words)
        {
            string[] same = ColourNames.All.Contains(word) ? [] : [.. relations.SynonymsOf(word).Where(other => relations.SynonymsOf(other).Contains(word) && !ColourNames.All.Contains(other))];
            var main = same.Where(all.Contains).Append(word).MaxBy(Use)!;
            if (!mains.TryGetValue(main, out var synonyms))
            {
                mains[main] = synonyms = [];
            }

            synonyms.AddRange(same.Append(word).Where(other => other != main && IsForPeople(other) && !synonyms.Contains(other)));
        }

        return [.. mains.Select(entry => (entry.Key, (IReadOnlyList<string>)entry.Value))];

        bool IsThing(string word) => wordNet.SynsetsOf(word) is [var usual, ..] && things.IsThing(usual) && !WordNetRelations.IsTooWide(usual);

        bool IsForPeople(string word) => CaptionWriter.IsUsable(word) && word.Length > 2 && word.Count(letter => letter == ' ') < MostWords && !IndelicateWords.IsIn(word)
            && !word.Split(' ').Any(part => s_ofPictures.Contains(Plurals.Singular(part)) && part == word.Split(' ')[^1]) && !known.Invented(word, []).Any();

        // What more pictures are labelled and tagged with is used more; among equals the shorter word.
        (int Pictures, int Shortness, string Word) Use(string word) => (labelled.GetValueOrDefault(word) + tagged.GetValueOrDefault(word), -word.Length, word);
    }
}
