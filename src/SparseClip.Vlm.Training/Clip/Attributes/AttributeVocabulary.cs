using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Clip.Attributes;

/// <summary>Words that say neither a colour nor a number: what colours and numbers are said of, and what else there is to say.</summary>
/// <param name="Things">The labels of training pictures.</param>
/// <param name="Others">Tags of them that are no labels.</param>
public sealed record AttributeVocabulary(IReadOnlyList<string> Things, IReadOnlyList<string> Others)
{
    private const int MostOthers = 8000;

    /// <summary>Collects them. Words that are kept out of captions to measure by (<see cref="LeftOutWords"/>) are kept out here.</summary>
    /// <param name="catalogue">The records of the data folder.</param>
    public static AttributeVocabulary Of(IReadOnlyCollection<CatalogueEntry> catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var leftOut = LeftOutWords.Of(catalogue);
        var trained = catalogue.Where(entry => entry.Split == "train" && entry.Kind != "background").ToArray();
        var things = trained.Where(entry => entry.Kind == "photo" || entry.Concrete == true).Select(entry => Noun.Normalize(entry.Label)).Where(IsPlain).ToHashSet(StringComparer.Ordinal);
        var others = trained.SelectMany(entry => entry.Tags.Append(entry.Label)).Select(Noun.Normalize).Where(word => IsPlain(word) && !things.Contains(word)).Distinct(StringComparer.Ordinal);
        return new AttributeVocabulary(
            [.. things.Order(StringComparer.Ordinal)], [.. others.OrderBy(StableHash.Fnv1a).ThenBy(word => word, StringComparer.Ordinal).Take(MostOthers)]);

        bool IsPlain(string word) => CaptionWriter.IsUsable(word) && !leftOut.OccurIn(word) && !IndelicateWords.IsIn(word) && !ColourNames.ContainsColour(word)
            && !word.Split(' ', '-').Any(AttributeFeatures.Names.Contains);
    }
}
