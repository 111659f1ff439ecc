using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>
/// What colour a thing has in a picture: the one that there is most of where the thing is, less what is behind it. Behind it is what the edge of the picture has much of; where nothing else
/// stands out, the thing fills the picture and has that colour itself. The constants were chosen on drawn scenes of a style that recipes may be chosen by.
/// </summary>
internal static class CodeColours
{
    /// <summary>From this activation on a colour of the edge is the background's.</summary>
    private const float Background = 1.2f;

    /// <summary>Below this activation no colour is told.</summary>
    private const float Least = 0.3f;

    /// <summary>Where the weakest patch has this share of the strongest, the colour is everywhere alike: set so by hand, or all there is. Then it is the thing's as well.</summary>
    private const float Even = 0.95f;

    /// <summary>The colour's name; null where none stands out.</summary>
    /// <param name="code">A picture's codes, edited or not.</param>
    /// <param name="concept">The code of the thing's concept; null where it is all that is seen, so that it is looked for in the middle.</param>
    /// <param name="attributes">Which features are colours.</param>
    public static string? Of(ImageCode code, SparseCode? concept, AttributeFeatures attributes)
    {
        var middle = Middle(code);
        var place = concept is null ? middle : CodeWindows.Places(code).MaxBy(window => CodeWindows.Mean(code, window) is { L0: > 0 } mean ? mean.Dot(concept) / mean.Norm : 0);
        var patches = Enumerable.Range(0, code.Patches.Count).Select(i => (Row: i / code.GridWidth, Column: i % code.GridWidth)).ToArray();
        var within = Places(at => place.Contains(at.Row, at.Column));
        var edge = Places(at => !place.Contains(at.Row, at.Column) && !middle.Contains(at.Row, at.Column));
        var all = Enumerable.Range(0, ColourNames.All.Count).Select(Share).ToArray();
        var found = Most(all.Select(colour => colour.Within - (colour.Behind > Background ? colour.Behind : 0))) ?? Most(all.Select(colour => colour.Within));
        return found is { } best ? ColourNames.All[best] : null;

        (float Within, float Behind) Share(int colour)
        {
            var values = code.Patches.Select(patch => patch[attributes.Colour(colour)]).ToArray();
            var isEven = values.Min() >= Even * values.Max();
            return (within.Average(i => values[i]), edge.Length == 0 || isEven ? 0 : edge.Average(i => values[i]));
        }

        static int? Most(IEnumerable<float> values)
        {
            var (colour, value) = values.Index().MaxBy(one => one.Item);
            return value > Least ? colour : null;
        }

        int[] Places(Func<(int Row, int Column), bool> holds) => [.. patches.Index().Where(at => holds(at.Item)).Select(at => at.Index)];
    }

    /// <summary>All but the outermost patches, where there are others.</summary>
    private static CodeWindow Middle(ImageCode code) => code.GridHeight > 2 && code.GridWidth > 2
        ? new CodeWindow(1, 1, code.GridHeight - 2, code.GridWidth - 2)
        : new CodeWindow(0, 0, code.GridHeight, code.GridWidth);
}
