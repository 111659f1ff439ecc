using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>
/// The sparse autoencoder of Bussmann et al. 2025 ("Learning multi-level features with Matryoshka sparse autoencoders"): nested dictionaries, the first m latents for
/// each prefix size m, have to reconstruct by themselves, so that general features come first and are not split up. Loss Σ_m ‖x − (z_{:m} W_{d,:m} + b)‖² +
/// the auxiliary one of <see cref="TopKAutoencoder"/>.
/// </summary>
/// <remarks>The authors keep the K · B greatest of a batch in training; here each code keeps its own K, so that it does not depend on its neighbours.</remarks>
public sealed class MatryoshkaAutoencoder : TopKAutoencoder
{
    private readonly IReadOnlyList<int> _prefixes;

    /// <param name="config">The shape, K, the prefixes and the auxiliary loss.</param>
    /// <param name="seed">Of the atoms' start.</param>
    public MatryoshkaAutoencoder(MatryoshkaConfig config, long seed = 0)
        : base(config, seed) => _prefixes = config.Prefixes;

    /// <inheritdoc />
    private protected override (Tensor Loss, Tensor Reconstructed) Reconstruct(Tensor dense, Tensor codes)
    {
        var loss = zeros([]);
        var reconstructed = pre_bias.expand(dense.shape[0], Width);
        var start = 0;
        foreach (var end in _prefixes)
        {
            // Each dictionary is the one before it and the latents in between.
            reconstructed = reconstructed.Plus(codes.narrow(1, start, end - start).matmul(decoder.narrow(0, start, end - start)));
            loss = loss.Plus(MeanSquaredLength(dense - reconstructed));
            start = end;
        }

        return (loss, reconstructed);
    }
}
