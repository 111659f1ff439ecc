using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;

namespace SparseClip.Vlm.Training.Naming;

/// <summary>The words that a tower's captions had: those whose text codes were learned.</summary>
public static class CaptionVocabulary
{
    /// <summary>
    /// The labels and tags of the training pictures and the names of the trunk's classes and the kinds above them, each once, sorted. Words that are kept out of captions to measure by
    /// (<see cref="LeftOutWords"/>) are not among them, unless a class is called so.
    /// </summary>
    /// <param name="catalogue">The records of the data folder.</param>
    /// <param name="classes">What the trunk's classes and the kinds above them are called; empty for none.</param>
    public static IReadOnlyList<string> Words(IReadOnlyCollection<CatalogueEntry> catalogue, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(classes);
        var leftOut = LeftOutWords.Of(catalogue);
        var trained = catalogue.Where(entry => entry.Split == "train" && entry.Kind != "background" && !EvaluationFamilies.Excluded.Contains(entry.Source));
        return [.. trained.SelectMany(entry => entry.Tags.Prepend(entry.Label)).Select(Noun.Normalize).Where(word => CaptionWriter.IsUsable(word) && !leftOut.OccurIn(word))
            .Concat(classes.Select(Noun.Normalize)).Where(word => !IndelicateWords.IsIn(word)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
