using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>The squares of half a picture's side (rounded up), in steps of one patch: a thing that is seen beside another is nearest in one of them.</summary>
internal static class CodeWindows
{
    /// <summary>Where the windows are, row by row from the top left; the picture itself where it is a single patch.</summary>
    /// <param name="code">A picture's codes, edited or not.</param>
    public static IEnumerable<CodeWindow> Places(ImageCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var (height, width) = ((code.GridHeight + 1) / 2, (code.GridWidth + 1) / 2);
        for (var top = 0; top + height <= code.GridHeight; top++)
        {
            for (var left = 0; left + width <= code.GridWidth; left++)
            {
                yield return new CodeWindow(top, left, height, width);
            }
        }
    }

    /// <summary>The mean of the patch codes of a window.</summary>
    public static SparseCode Mean(ImageCode code, CodeWindow window) =>
        Mean([.. Enumerable.Range(0, window.Patches).Select(cell => code.Patches[((window.Top + (cell / window.Width)) * code.GridWidth) + window.Left + (cell % window.Width)])]);

    /// <summary>The mean of the codes of patches, one at least.</summary>
    public static SparseCode Mean(ReadOnlySpan<SparseCode> patches)
    {
        var sum = new float[patches[0].Dimension];
        foreach (var patch in patches)
        {
            for (var i = 0; i < patch.L0; i++)
            {
                sum[patch.Indices[i]] += patch.Values[i] / patches.Length;
            }
        }

        return SparseCode.FromDense(sum);
    }
}

/// <summary>A rectangle of patches.</summary>
/// <param name="Top">Its first row.</param>
/// <param name="Left">Its first column.</param>
/// <param name="Height">In patches.</param>
/// <param name="Width">In patches.</param>
internal readonly record struct CodeWindow(int Top, int Left, int Height, int Width)
{
    /// <summary>How many patches it has.</summary>
    public int Patches => Height * Width;

    /// <summary>Whether a patch belongs to it.</summary>
    public bool Contains(int row, int column) => row >= Top && row < Top + Height && column >= Left && column < Left + Width;
}
