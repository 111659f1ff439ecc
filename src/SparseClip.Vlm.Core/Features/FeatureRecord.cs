namespace SparseClip.Vlm.Core.Features;

/// <summary>A feature as a line of <c>features.jsonl</c> states it.</summary>
/// <param name="Feature">What is known about it.</param>
/// <param name="WordMean">Its mean activation over the whole naming vocabulary: what it answers to any word at all. A word carries a feature as far as it lies above that.</param>
public sealed record FeatureRecord(Feature Feature, float WordMean);
