namespace SparseClip.Vlm.Training.Clip;

/// <summary>What a calibration did, on pictures that it did not look at.</summary>
/// <param name="Pictures">How many.</param>
/// <param name="ToldApart">The share of them that are nearer to the mean of their own kind, 0..1.</param>
/// <param name="Before">Their codes before it.</param>
/// <param name="After">Their codes after it.</param>
public sealed record FeatureCalibrationReport(int Pictures, double ToldApart, CodeSparsity Before, CodeSparsity After);
