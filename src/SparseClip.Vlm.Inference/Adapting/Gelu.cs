namespace SparseClip.Vlm.Inference.Adapting;

/// <summary>GELU(x) = x (1 + erf(x / sqrt 2)) / 2, the exact form and not its tanh approximation.</summary>
internal static class Gelu
{
    /// <summary>Replaces every value by its GELU.</summary>
    public static void Apply(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(values[i] * 0.5 * (1 + Erf(values[i] * (1 / Math.Sqrt(2)))));
        }
    }

    /// <summary>The error function within 1.5e-7 (Abramowitz and Stegun, formula 7.1.26).</summary>
    private static double Erf(double x)
    {
        var t = 1 / (1 + (0.3275911 * Math.Abs(x)));
        var polynomial = t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429))))))));
        return Math.CopySign(1 - (polynomial * Math.Exp(-x * x)), x);
    }
}
