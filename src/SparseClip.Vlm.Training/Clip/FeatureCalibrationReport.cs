namespace SparseClip.Vlm.Training.Clip;

/// <summary>What a calibration did, on pictures that it did not look at.</summary>
/// <param name="Pictures">How many.</param>
/// <param name="ToldApart">The share of them that are nearer to the mean of their own kind, 0..1.</param>
/// <param name="Before">Their codes before it.</param>
/// <param name="After">Their codes after it.</param>
public sealed record FeatureCalibrationReport(int Pictures, double ToldApart, CalibratedCodes Before, CalibratedCodes After);

/// <summary>How sparse codes are.</summary>
/// <param name="Drawn">The mean share of active features in a drawn picture's, 0..1.</param>
/// <param name="Photographs">In a photograph's.</param>
/// <param name="Captions">In those of the captions of both.</param>
/// <param name="InPhotographs">The share of features that are active in at least one of the photographs.</param>
public sealed record CalibratedCodes(double Drawn, double Photographs, double Captions, double InPhotographs);
