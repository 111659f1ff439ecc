using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>
/// Where concepts are in a picture, by its patches' codes. Codes reach beyond their patches, so that each concept is a little everywhere: what can be told is how two of them stand to each other.
/// </summary>
internal static class CodePlaces
{
    /// <summary>Nearer to each other than this share of the picture's side, two concepts are in one place.</summary>
    private const double Apart = 0.04;

    /// <summary>The sides of two concepts, of the axis on which they are further apart; nulls where they are in one place or not in the patches at all.</summary>
    /// <param name="code">A picture's codes, edited or not.</param>
    /// <param name="a">The code of a concept.</param>
    /// <param name="b">The code of another one.</param>
    public static (Side? OfA, Side? OfB) Of(ImageCode code, SparseCode a, SparseCode b)
    {
        if (Centre(code, a) is not var (x, y) || Centre(code, b) is not var (otherX, otherY))
        {
            return (null, null);
        }

        var (across, down) = (otherX - x, otherY - y);
        if (Math.Max(Math.Abs(across), Math.Abs(down)) < Apart)
        {
            return (null, null);
        }

        return Math.Abs(across) >= Math.Abs(down)
            ? across > 0 ? (Side.Left, Side.Right) : (Side.Right, Side.Left)
            : down > 0 ? (Side.Top, Side.Bottom) : (Side.Bottom, Side.Top);
    }

    /// <summary>The centre of a concept's inner products with the patches, in shares of the sides from the top left; null where it has nothing in common with any.</summary>
    private static (double X, double Y)? Centre(ImageCode code, SparseCode concept)
    {
        double x = 0, y = 0, sum = 0;
        for (var i = 0; i < code.Patches.Count; i++)
        {
            var value = code.Patches[i].Dot(concept);
            sum += value;
            x += value * ((i % code.GridWidth) + 0.5) / code.GridWidth;
            y += value * ((i / code.GridWidth) + 0.5) / code.GridHeight;
        }

        return sum > 0 ? (x / sum, y / sum) : null;
    }
}
