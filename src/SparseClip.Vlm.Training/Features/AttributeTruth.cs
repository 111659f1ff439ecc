using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Training.Concepts;

namespace SparseClip.Vlm.Training.Features;

/// <summary>
/// What a picture's label says of colours and numbers: "red apple" is red and not said to be of another colour, "two hearts" are two. A picture whose label has no colour tells nothing
/// about colours, and one that counts nothing nothing about numbers ("two o'clock", "two-hump camel").
/// </summary>
internal static class AttributeTruth
{
    /// <summary>The places in <see cref="AttributeFeatures.Names"/> that are said, and those of which nothing is known.</summary>
    public static (IReadOnlySet<int> Shown, IReadOnlySet<int> Unknown) Of(ShownPicture picture)
    {
        var words = picture.Label.Split(' ');
        var colours = ColourNames.All.Index().Where(colour => words.Contains(colour.Item == "gray" && words.Contains("grey") ? "grey" : colour.Item)).Select(colour => colour.Index);
        var numbers = words.Zip(words.Skip(1)).Where(pair => Plurals.Singular(pair.Second) != pair.Second).Select(pair => pair.First)
            .SelectMany(word => AttributeFeatures.Numbers.Index().Where(number => number.Item == word)).Select(number => ColourNames.All.Count + number.Index);
        var (shown, unknown) = (new HashSet<int>(), new HashSet<int>());
        Add([.. colours], 0, ColourNames.All.Count);
        Add([.. numbers], ColourNames.All.Count, AttributeFeatures.Numbers.Count);
        return (shown, unknown);

        void Add(int[] said, int first, int count)
        {
            shown.UnionWith(said);
            unknown.UnionWith(said.Length > 0 ? [] : Enumerable.Range(first, count));
        }
    }
}
