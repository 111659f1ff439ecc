using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Training.Clip.Classes;

namespace SparseClip.Vlm.Training.Features;

/// <summary>The features that were made to mean something: the classes of the pretrained trunk with the kinds above them, then colours and numbers, at the end of a tower's features.</summary>
public static class GivenNames
{
    /// <summary>If so many of the features in the place of the classes have the words of those classes, they are the classes.</summary>
    private const double LeastShare = 0.5;

    /// <summary>Their words by feature.</summary>
    /// <param name="records">All features, as words named them. [D]</param>
    /// <param name="attributes">The features that are colours and numbers; null for none.</param>
    /// <param name="classes">The classes that the tower may have been given; null for none.</param>
    public static IReadOnlyDictionary<int, string> Of(IReadOnlyList<FeatureRecord> records, AttributeFeatures? attributes, ClassVocabulary? classes)
    {
        ArgumentNullException.ThrowIfNull(records);
        var given = new Dictionary<int, string>();
        for (var i = 0; attributes is not null && i < AttributeFeatures.Count; i++)
        {
            given[attributes.First + i] = AttributeFeatures.Names[i];
        }

        var kinds = classes?.Tree.Kinds ?? [];
        var first = (attributes?.First ?? records.Count) - kinds.Count;
        if (kinds.Count > 0 && first >= 0 && kinds.Index().Count(kind => IsOf(records[first + kind.Index].Feature, kind.Item)) >= LeastShare * kinds.Count)
        {
            foreach (var (place, kind) in kinds.Index())
            {
                given[first + place] = Word(records[first + place].Feature, kind);
            }
        }

        return given;
    }

    private static bool IsOf(Feature feature, ClassKind kind) => kind.Words.Contains(FeatureName.Word(feature.Name), StringComparer.Ordinal);

    /// <summary>The word that the feature has already, if it is one of the kind's; else the most usual one.</summary>
    private static string Word(Feature feature, ClassKind kind) => IsOf(feature, kind) ? FeatureName.Word(feature.Name) : kind.Spoken.Concat(kind.Words).First();
}
