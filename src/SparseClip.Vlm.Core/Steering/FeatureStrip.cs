namespace SparseClip.Vlm.Core.Steering;

/// <summary>One feature as it stands in a picture: its value in the pooled code and in each patch code. Not thread-safe.</summary>
/// <param name="pooled">The value in the pooled code.</param>
/// <param name="patches">The values in the patch codes; edited in place. [patches]</param>
public sealed class FeatureStrip(float pooled, float[] patches)
{
    /// <summary>The value in the pooled code.</summary>
    public float Pooled { get; set; } = pooled;

    /// <summary>The values in the patch codes. [patches]</summary>
    public float[] Patches { get; } = patches;

    /// <summary>The mean over the patches; not a number where there are none.</summary>
    public double PatchMean()
    {
        double sum = 0;
        foreach (var value in Patches)
        {
            sum += value;
        }

        return sum / Patches.Length;
    }
}
