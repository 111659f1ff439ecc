namespace SparseClip.Vlm.Training.Clip;

/// <summary>The live line of a training run, averaged over the steps since the last one.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Minutes">Training time used, in minutes.</param>
/// <param name="TotalMinutes">Training time planned, in minutes.</param>
/// <param name="Mean">The measured terms.</param>
/// <param name="ActiveFeatures">The share of features active in the last window of steps, 0..1.</param>
/// <param name="PicturesPerSecond">Pictures trained on a second, loading included.</param>
/// <param name="LoaderWait">The share of the time in which the step waited for the loader, 0..1.</param>
public sealed record ClipProgress(
    long Step, double Minutes, double TotalMinutes, StepResult Mean, double ActiveFeatures, double PicturesPerSecond, double LoaderWait);

/// <summary>A zero-shot measurement during training.</summary>
/// <param name="Set">What was measured on.</param>
/// <param name="Top1">0..1.</param>
/// <param name="Top5">0..1.</param>
/// <param name="L0">The mean share of active features, 0..1.</param>
public sealed record ClipValidation(long Step, string Set, double Top1, double Top5, double L0);
