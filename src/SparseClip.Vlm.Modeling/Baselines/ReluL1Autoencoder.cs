using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>
/// The sparse autoencoder of Bricken et al. 2023 ("Towards Monosemanticity"): z = ReLU(W_e (x − b) + b_e), loss ‖x − x̂‖² + lambda ‖z‖₁ with atoms of unit
/// length. Sparsity is bought with shrunken codes.
/// </summary>
public sealed class ReluL1Autoencoder : SparseAutoencoder
{
    private readonly double _l1Weight;

    /// <param name="config">The shape and lambda.</param>
    /// <param name="seed">Of the atoms' start.</param>
    public ReluL1Autoencoder(ReluL1Config config, long seed = 0)
        : base(config, seed) => _l1Weight = config.L1Weight;

    /// <inheritdoc />
    public override Tensor Encode(Tensor dense) => nn.functional.relu(PreActivations(dense));

    /// <inheritdoc />
    public override SparseAutoencoderLoss Loss(Tensor dense, Tensor? dead = null)
    {
        var codes = Encode(dense);
        var reconstructed = Decode(codes);
        var reconstruction = MeanSquaredLength(dense - reconstructed);
        var sparsity = codes.sum(1).mean(); // codes are non-negative: the sum is the L1 norm
        return new SparseAutoencoderLoss(
            reconstruction.Plus(sparsity.Times(_l1Weight)), reconstruction, sparsity, zeros_like(reconstruction), codes.detach(), reconstructed.detach());
    }
}
