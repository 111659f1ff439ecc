namespace SparseClip.Vlm.Training.Clip;

/// <summary>What a resampling did.</summary>
/// <param name="Faint">How many features were faint and are new.</param>
/// <param name="Pictures">How many pictures measured; none of them was looked at for the new features.</param>
/// <param name="Before">Their codes before it.</param>
/// <param name="After">Their codes after it.</param>
public sealed record FeatureResamplingReport(int Faint, int Pictures, CodeSparsity Before, CodeSparsity After);
