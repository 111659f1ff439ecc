using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Clip.Classes;

/// <summary>The words of classes and of the kinds above them, and other words that are no such name.</summary>
public sealed class ClassVocabulary
{
    /// <summary>The sentences that each name is read in, the most frequent ones of <see cref="PromptTemplates.Training"/>; other words are read in one.</summary>
    public const int SentencesOfNames = 4;

    private const int MostOthers = 8000;

    private ClassVocabulary(ClassTree tree, IReadOnlyList<string> names, IReadOnlyList<string> others) => (Tree, Names, Others) = (tree, names, others);

    /// <summary>The names of classes and kinds, each once.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Labels and tags of training pictures that are no such names.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>The number of features: classes and kinds.</summary>
    public int Features => Tree.Kinds.Count;

    /// <summary>What to call the classes and kinds when something is said of a picture: the name of each class, and every common word of the kinds above them.</summary>
    public IReadOnlyList<string> Spoken => [.. Tree.Kinds.SelectMany(kind => kind.Spoken).Distinct(StringComparer.Ordinal)];

    /// <summary>What the words are arranged in.</summary>
    internal ClassTree Tree { get; }

    /// <summary>
    /// Collects them. A kind above classes is one that the training pictures have a label or tag for; words that are kept out of captions to measure by
    /// (<see cref="LeftOutWords"/>) are kept out here, unless a class is called so.
    /// </summary>
    /// <param name="classes">The classes, in the order of the logits.</param>
    /// <param name="wordNet">WordNet's nouns.</param>
    /// <param name="catalogue">The records of the data folder.</param>
    public static ClassVocabulary Of(IReadOnlyList<ClassName> classes, WordNet wordNet, IReadOnlyCollection<CatalogueEntry> catalogue)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(wordNet);
        ArgumentNullException.ThrowIfNull(catalogue);
        var leftOut = LeftOutWords.Of(catalogue);
        bool IsFit(string word) => CaptionWriter.IsUsable(word) && !leftOut.OccurIn(word) && !IndelicateWords.IsIn(word);
        var trained = catalogue.Where(entry => entry.Split == "train" && entry.Kind != "background").ToArray();
        var labels = trained.Select(entry => Noun.Normalize(entry.Label)).Where(IsFit).ToHashSet(StringComparer.Ordinal);
        var tags = trained.SelectMany(entry => entry.Tags).Select(Noun.Normalize).Where(IsFit).ToHashSet(StringComparer.Ordinal);
        var tree = ClassTree.Of(classes, wordNet, word => labels.Contains(word) || tags.Contains(word));
        var called = classes.Select(name => Noun.Normalize(name.Name)).ToHashSet(StringComparer.Ordinal);
        var names = tree.Words.Where(word => called.Contains(word) || IsFit(word)).Order(StringComparer.Ordinal).ToArray();
        var known = names.ToHashSet(StringComparer.Ordinal);
        var others = labels.Order(StringComparer.Ordinal).Concat(tags.Where(tag => !labels.Contains(tag)).OrderBy(Data.Randomness.StableHash.Fnv1a).ThenBy(tag => tag, StringComparer.Ordinal))
            .Where(word => !known.Contains(word)).Take(MostOthers);
        return new ClassVocabulary(tree, names, [.. others]);
    }
}
