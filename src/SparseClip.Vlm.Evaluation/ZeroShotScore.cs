namespace SparseClip.Vlm.Evaluation;

/// <summary>Zero-shot accuracy over a set of pictures.</summary>
/// <param name="Top1">The share of pictures whose label is the nearest, 0..1.</param>
/// <param name="Top5">The share of pictures whose label is among the five nearest, 0..1.</param>
/// <param name="L0">The mean share of active features in the image codes, 0..1.</param>
/// <param name="ActiveFeatures">The share of features active in at least one picture, 0..1.</param>
/// <param name="Labels">The number of classes.</param>
/// <param name="Pictures">The number of pictures.</param>
public sealed record ZeroShotScore(double Top1, double Top5, double L0, double ActiveFeatures, int Labels, int Pictures);
