using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Classes;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Features;

namespace SparseClip.Vlm.Cli.Features;

/// <summary>The words that features are named by, with what tells which pictures show them, from a data folder.</summary>
internal sealed class NamingWords
{
    private NamingWords(IReadOnlyList<string> words, ConceptTruth truth, WordNetRelations relations, WordNet wordNet, ClassVocabulary? classes) =>
        (Words, Truth, Relations, WordNet, Classes) = (words, truth, relations, wordNet, classes);

    public IReadOnlyList<string> Words { get; }

    public ConceptTruth Truth { get; }

    public WordNetRelations Relations { get; }

    public WordNet WordNet { get; }

    /// <summary>The classes of the pretrained trunk; null where their names are not here.</summary>
    public ClassVocabulary? Classes { get; }

    public static NamingWords Load(string data)
    {
        CatalogueEntry[] catalogue = [.. CatalogueReader.Read(Path.Combine(data, "catalogue.jsonl"))];
        var wordNet = WordNet.Load(Path.Combine(data, "wordnet"));
        var relations = new WordNetRelations(wordNet);
        var file = DefaultParts.ClassNames();
        IReadOnlyList<ClassName> classes = File.Exists(file) ? ClassNames.LoadAll(file) : [];
        var words = FeatureWords.Of(catalogue, wordNet, [.. classes.Select(name => name.Name)]);
        var truth = new ConceptTruth(words, catalogue.Select(entry => Noun.Normalize(entry.Label)), relations);
        return new NamingWords(words, truth, relations, wordNet, classes.Count > 0 ? ClassVocabulary.Of(classes, wordNet, catalogue) : null);
    }
}
