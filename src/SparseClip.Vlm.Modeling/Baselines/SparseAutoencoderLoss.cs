using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>The loss of a sparse autoencoder on a batch, by its terms. Tensors belong to the caller's dispose scope.</summary>
/// <param name="Total">[] what is minimised: the other terms with their weights.</param>
/// <param name="Reconstruction">[] the squared distance of an embedding to its reconstruction, mean over the batch; of nested dictionaries the sum over them.</param>
/// <param name="Sparsity">[] the mean L1 norm of a code, not weighted; zero where sparsity is not a matter of the loss.</param>
/// <param name="Auxiliary">[] what the dead latents leave over of the residual, not weighted; zero where there is no such loss.</param>
/// <param name="Codes">[B, D] without gradient.</param>
/// <param name="Reconstructed">[B, d] without gradient.</param>
public sealed record SparseAutoencoderLoss(
    Tensor Total, Tensor Reconstruction, Tensor Sparsity, Tensor Auxiliary, Tensor Codes, Tensor Reconstructed);
