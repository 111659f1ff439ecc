using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>Edits one feature in the codes of a training picture by the rules of steering.</summary>
internal static class CodeEditor
{
    /// <summary>Edits a feature in the pooled code and in every patch code.</summary>
    /// <param name="codes">[slots, D], the pooled code first; edited in place.</param>
    /// <param name="dimension">D.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="value">The operation's value; 0 for ablate.</param>
    /// <param name="unit">The feature's observed maximum.</param>
    public static void Apply(Span<float> codes, int dimension, int feature, SteeringOperation operation, float value = 0, float unit = 0)
    {
        var patches = new float[(codes.Length / dimension) - 1];
        for (var i = 0; i < patches.Length; i++)
        {
            patches[i] = codes[((i + 1) * dimension) + feature];
        }

        var strip = new FeatureStrip(codes[feature], patches);
        FeatureEditor.Apply(strip, operation, value, unit);
        codes[feature] = strip.Pooled;
        for (var i = 0; i < patches.Length; i++)
        {
            codes[((i + 1) * dimension) + feature] = patches[i];
        }
    }
}
