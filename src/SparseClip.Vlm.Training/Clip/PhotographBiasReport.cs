namespace SparseClip.Vlm.Training.Clip;

/// <summary>What a lower bias for photographs did, on pictures that the read-out was not fitted on.</summary>
/// <param name="Pictures">How many.</param>
/// <param name="ToldApart">The share of them that are nearer to the mean of their own kind, 0..1.</param>
/// <param name="L0Before">The mean share of active features before, 0..1.</param>
/// <param name="L0After">After.</param>
public sealed record PhotographBiasReport(
    int Pictures, double ToldApart, (double Drawn, double Photographs) L0Before, (double Drawn, double Photographs) L0After);
