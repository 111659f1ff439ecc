using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>The squares of half a picture's side (rounded up), in steps of one patch: what stands beside the main subject is nearest in one of them.</summary>
public static class CodeWindows
{
    /// <summary>The mean of the patch codes of each window, row by row from the top left; the picture itself where it is a single patch.</summary>
    /// <param name="code">A picture's codes, edited or not.</param>
    public static IEnumerable<SparseCode> Of(ImageCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var (height, width) = ((code.GridHeight + 1) / 2, (code.GridWidth + 1) / 2);
        for (var top = 0; top + height <= code.GridHeight; top++)
        {
            for (var left = 0; left + width <= code.GridWidth; left++)
            {
                yield return Mean(code, top, left, height, width);
            }
        }
    }

    private static SparseCode Mean(ImageCode code, int top, int left, int height, int width)
    {
        var sum = new float[code.Pooled.Dimension];
        for (var cell = 0; cell < height * width; cell++)
        {
            var patch = code.Patches[((top + (cell / width)) * code.GridWidth) + left + (cell % width)];
            for (var i = 0; i < patch.L0; i++)
            {
                sum[patch.Indices[i]] += patch.Values[i] / (height * width);
            }
        }

        return SparseCode.FromDense(sum);
    }
}
