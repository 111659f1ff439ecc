namespace SparseClip.Vlm.Training.Baselines;

/// <summary>What the training of a sparse autoencoder measured, averaged over the steps since the last report.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps planned.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="Reconstruction">The squared distance of an embedding to its reconstruction; of nested dictionaries the sum over them.</param>
/// <param name="UnexplainedFraction">The squared error of the whole reconstruction over that of the batch's mean: 0 is perfect, 1 is no better than the mean.</param>
/// <param name="L0Count">The mean number of active latents of a code.</param>
/// <param name="DeadFraction">The share of latents dead now, 0..1.</param>
public sealed record SparseAutoencoderProgress(
    long Step, int Steps, double Loss, double Reconstruction, double UnexplainedFraction, double L0Count, double DeadFraction);
