namespace SparseClip.Vlm.Training.Clip;

/// <summary>What one training step measured.</summary>
/// <param name="ContrastiveLoss">The symmetric softmax cross-entropy of the pairs.</param>
/// <param name="DistillationLoss">The weighted divergence from the teacher.</param>
/// <param name="NamingLoss">The weighted cross-entropy of naming a picture's things.</param>
/// <param name="WordLoss">The weighted cross-entropy of a word finding its labels.</param>
/// <param name="LogitScale">The capped logit scale.</param>
/// <param name="ImageL0">The mean share of active features in the image codes, 0..1.</param>
/// <param name="TextL0">The mean share of active features in the caption codes, 0..1.</param>
/// <param name="GradientNorm">The norm of the gradient before clipping.</param>
public sealed record StepResult(
    double ContrastiveLoss, double DistillationLoss, double NamingLoss, double WordLoss, double LogitScale, double ImageL0, double TextL0, double GradientNorm);
