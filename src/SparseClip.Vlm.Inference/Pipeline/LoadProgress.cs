namespace SparseClip.Vlm.Inference.Pipeline;

/// <summary>How far the loading of a model is.</summary>
/// <param name="Stage">What is going on, in words for people.</param>
/// <param name="Share">0..1 of that stage.</param>
public readonly record struct LoadProgress(string Stage, double Share);
