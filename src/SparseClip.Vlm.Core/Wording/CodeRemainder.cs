using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>What a picture shows beside a thing: the patches that have least of it. What stands there is told more often, and what does not stand there less often, than by windows that may hold the thing as well.</summary>
internal static class CodeRemainder
{
    /// <summary>The shares of the patches that are taken together: how much room the rest has is not known.</summary>
    private static readonly double[] s_shares = [1 / 6.0, 1 / 4.0, 1 / 3.0, 1 / 2.0];

    /// <summary>The means of the patches that have least of a thing, each patch at length 1, so that none is heard for having much of everything; one for each share.</summary>
    /// <param name="code">A picture's codes, edited or not.</param>
    /// <param name="thing">The code of the thing's concept.</param>
    public static IEnumerable<SparseCode> Of(ImageCode code, SparseCode thing)
    {
        SparseCode[] patches = [.. code.Patches.Select(patch => patch.L0 > 0 ? patch.ToUnit() : patch).OrderBy(patch => patch.Dot(thing))];
        return s_shares.Select(share => Math.Max(1, (int)Math.Round(share * patches.Length))).Distinct().Select(count => CodeWindows.Mean(patches.AsSpan(0, count)));
    }
}
