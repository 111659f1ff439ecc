namespace SparseClip.Vlm.Training.Adapter;

/// <summary>
/// Edits of a picture's codes by the rules that steering uses: zero takes a feature out everywhere; set moves the pooled value to v, and the patches
/// keep their layout where the picture shows the feature (scaled on the way down, raised by the same mean on the way up) and all get v where it does not.
/// </summary>
internal static class CodeEditor
{
    /// <summary>Sets a feature to zero.</summary>
    /// <param name="codes">[slots, D], the pooled code first.</param>
    /// <param name="dimension">D.</param>
    /// <param name="feature">The feature.</param>
    public static void Ablate(Span<float> codes, int dimension, int feature)
    {
        for (var at = feature; at < codes.Length; at += dimension)
        {
            codes[at] = 0;
        }
    }

    /// <summary>Sets a feature to a value above zero.</summary>
    public static void Set(Span<float> codes, int dimension, int feature, float value)
    {
        var before = codes[feature];
        codes[feature] = value;
        double sum = 0;
        for (var at = feature + dimension; at < codes.Length; at += dimension)
        {
            sum += codes[at];
        }

        var mean = (float)(sum / Math.Max(1, (codes.Length / dimension) - 1));
        for (var at = feature + dimension; at < codes.Length; at += dimension)
        {
            codes[at] = before <= 0 ? value
                : value <= before ? codes[at] * (value / before)
                : mean > 0 ? codes[at] * ((mean + value - before) / mean)
                : codes[at] + value - before;
        }
    }
}
