using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Training.Features;

/// <summary>Numbers that sum up the activations of a feature.</summary>
internal static class ActivationSummary
{
    /// <summary>The share of its activations that stand for all but outliers.</summary>
    public const double P99 = 0.99;

    /// <summary>The value that a share of the activations does not exceed; 0 for none.</summary>
    /// <param name="active">The strongest first.</param>
    /// <param name="share">0..1</param>
    public static float Quantile(IReadOnlyList<Activation> active, double share) => active.Count == 0 ? 0f : active[active.Count - (int)Math.Ceiling(share * active.Count)].Value;

    /// <summary>How many activations lie in each of the equal bins from 0 to the largest. [<see cref="FeatureStatistics.Bins"/>]</summary>
    /// <param name="active">The strongest first.</param>
    public static int[] Histogram(IReadOnlyList<Activation> active)
    {
        var counts = new int[FeatureStatistics.Bins];
        foreach (var (_, value) in active)
        {
            counts[Math.Min((int)(value / active[0].Value * counts.Length), counts.Length - 1)]++;
        }

        return counts;
    }
}
