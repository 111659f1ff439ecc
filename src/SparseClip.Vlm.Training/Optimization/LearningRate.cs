namespace SparseClip.Vlm.Training.Optimization;

/// <summary>A linear rise over some steps and then a cosine to zero over the share of the training time that is used up.</summary>
public static class LearningRate
{
    /// <param name="step">Steps done, 0 or more.</param>
    /// <param name="warmupSteps">Steps of the rise.</param>
    /// <param name="used">The share of the training time used up, 0..1.</param>
    /// <returns>The factor on the highest rate, 0..1.</returns>
    public static double Factor(long step, int warmupSteps, double used)
    {
        var rise = warmupSteps > 0 ? Math.Min(1, (step + 1.0) / warmupSteps) : 1;
        return rise * 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(used, 0, 1)));
    }
}
