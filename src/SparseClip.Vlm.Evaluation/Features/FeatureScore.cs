namespace SparseClip.Vlm.Evaluation.Features;

/// <summary>How interpretable the features of a coder are (Sparse CLIP, section 3, table 3a).</summary>
/// <param name="Name">The coder.</param>
/// <param name="Dimension">D.</param>
/// <param name="Clarity">Mean over the features with at least two pictures, -1..1; null when there is none.</param>
/// <param name="Baseline">The mean cosine of all pairs of pictures; null under two pictures.</param>
/// <param name="MeasuredFeatures">Features with at least two pictures.</param>
/// <param name="ActiveFraction">The share of features active in at least one picture, 0..1.</param>
/// <param name="DeadFeatures">Features active in none.</param>
/// <param name="L0Count">The mean number of active features of a picture.</param>
/// <param name="L0Fraction">The same as a share of all features, 0..1.</param>
public sealed record FeatureScore(
    string Name, int Dimension, double? Clarity, double? Baseline, int MeasuredFeatures, double ActiveFraction, int DeadFeatures, double L0Count, double L0Fraction);

/// <summary>The interpretability of a tower's features, and of dictionaries over its dense twin.</summary>
/// <param name="Tower">The tower's features.</param>
/// <param name="ModalityMean">The mean modality score of the active features, 0 (texts only)..1 (images only); null when none is active.</param>
/// <param name="ModalityBoth">The share of active features with a modality score of 0.1..0.9; null when none is active.</param>
/// <param name="ModalityCounts">Features by modality score, ten equal bins from 0 to 1.</param>
/// <param name="Dictionaries">The dictionaries, in the order given.</param>
/// <param name="Pictures">The pictures measured.</param>
public sealed record FeatureReport(
    FeatureScore Tower, double? ModalityMean, double? ModalityBoth, IReadOnlyList<int> ModalityCounts, IReadOnlyList<FeatureScore> Dictionaries, int Pictures);
