namespace SparseClip.Vlm.Training.Clip;

/// <summary>How sparse codes are.</summary>
/// <param name="Drawn">The mean share of active features in a drawn picture's, 0..1.</param>
/// <param name="Photographs">In a photograph's.</param>
/// <param name="Captions">In those of the captions of both.</param>
/// <param name="InPhotographs">The share of features that are active in at least one of the photographs.</param>
public sealed record CodeSparsity(double Drawn, double Photographs, double Captions, double InPhotographs);
