using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>
/// The sparse autoencoder of Gao et al. 2024 ("Scaling and evaluating sparse autoencoders"): of W_e (x − b) + b_e the K greatest are kept and the rest set to zero.
/// Latents that have long been silent learn to reconstruct what is left over (AuxK): loss ‖x − x̂‖² + alpha ‖e − ê‖², e = x − x̂ without gradient and
/// ê the decoding of the greatest pre-activations of dead latents.
/// </summary>
/// <remarks>A ReLU follows, as in the authors' code: a code has exactly K active latents unless fewer pre-activations are above zero.</remarks>
public class TopKAutoencoder : SparseAutoencoder
{
    private readonly TopKConfig _config;

    /// <param name="config">The shape, K and the auxiliary loss.</param>
    /// <param name="seed">Of the atoms' start.</param>
    public TopKAutoencoder(TopKConfig config, long seed = 0)
        : base(config, seed) => _config = config;

    /// <inheritdoc />
    public override Tensor Encode(Tensor dense) => KeepGreatest(PreActivations(dense), _config.K);

    /// <inheritdoc />
    public override SparseAutoencoderLoss Loss(Tensor dense, Tensor? dead = null)
    {
        var before = PreActivations(dense);
        var codes = KeepGreatest(before, _config.K);
        var (reconstruction, reconstructed) = Reconstruct(dense, codes);
        var auxiliary = Auxiliary(dense - reconstructed.detach(), before, dead);
        return new SparseAutoencoderLoss(
            reconstruction.Plus(auxiliary.Times(_config.AuxiliaryWeight)), reconstruction, zeros_like(reconstruction), auxiliary, codes.detach(), reconstructed.detach());
    }

    /// <summary>The loss of the reconstruction [] and the reconstruction [B, d], both with gradient.</summary>
    private protected virtual (Tensor Loss, Tensor Reconstructed) Reconstruct(Tensor dense, Tensor codes)
    {
        var reconstructed = Decode(codes);
        return (MeanSquaredLength(dense - reconstructed), reconstructed);
    }

    /// <summary>‖e − ê‖², mean over the batch; zero without dead latents. It reaches dead latents only.</summary>
    private Tensor Auxiliary(Tensor residual, Tensor before, Tensor? dead)
    {
        if (dead is null || _config.AuxiliaryK == 0)
        {
            return zeros([]);
        }

        if (dead.dtype != ScalarType.Bool || !dead.shape.SequenceEqual([Dimension]))
        {
            throw new ArgumentException($"Dead latents are {dead.dtype} [{string.Join(", ", dead.shape)}]; needed is one bool for each of {Dimension}.", nameof(dead));
        }

        using var index = dead.nonzero().squeeze(1); // [dead]
        if (index.shape[0] == 0)
        {
            return zeros([]);
        }

        var codes = KeepGreatest(before.index_select(1, index), Math.Min(_config.AuxiliaryK, index.shape[0]));
        return MeanSquaredLength(residual - codes.matmul(decoder.index_select(0, index)));
    }

    /// <summary>ReLU of the k greatest of each row, zero elsewhere.</summary>
    private static Tensor KeepGreatest(Tensor before, long k)
    {
        var (values, indices) = before.topk((int)k, dim: 1, sorted: false);
        return zeros_like(before).scatter(1, indices, nn.functional.relu(values));
    }
}
