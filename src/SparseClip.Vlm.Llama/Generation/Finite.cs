using System.Numerics;

namespace SparseClip.Vlm.Llama.Generation;

internal static class Finite
{
    /// <summary>Whether there is no NaN and no infinity.</summary>
    public static bool All(ReadOnlySpan<float> values)
    {
        // x * 0 is 0 for finite x and NaN otherwise; NaN survives the sum.
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += new Vector<float>(values[i..]) * Vector<float>.Zero;
        }

        var rest = 0f;
        for (; i < values.Length; i++)
        {
            rest += values[i] * 0f;
        }

        return Vector.Sum(sum) + rest == 0f;
    }

    /// <summary>The index of the first NaN or infinity; -1 for none.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        if (All(values))
        {
            return -1;
        }

        var i = 0;
        while (float.IsFinite(values[i]))
        {
            i++;
        }

        return i;
    }
}
