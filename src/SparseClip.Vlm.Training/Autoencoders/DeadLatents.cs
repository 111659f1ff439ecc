using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Autoencoders;

/// <summary>The latents that have been silent for some number of embeddings (Gao et al. 2024, appendix A.2).</summary>
public sealed class DeadLatents : IDisposable
{
    private readonly Tensor _silence; // [D] int64, embeddings since the latent was active
    private readonly long _after;

    /// <param name="dimension">D, 1 or more.</param>
    /// <param name="after">Embeddings of silence after which a latent is dead, 1 or more.</param>
    public DeadLatents(int dimension, long after)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(after, 1);
        _silence = zeros(dimension, ScalarType.Int64).DetachFromDisposeScope();
        _after = after;
    }

    /// <summary>The share of dead latents, 0..1.</summary>
    public double Fraction
    {
        get
        {
            using var scope = NewDisposeScope();
            return Mask().sum().item<long>() / (double)_silence.numel();
        }
    }

    /// <summary>Takes a batch of codes. [B, D]</summary>
    public void Add(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using var scope = NewDisposeScope();
        _silence.PlusInPlace(codes.shape[0]);
        _silence.FillWhereInPlace(codes.IsAbove(0).any(0), 0);
    }

    /// <summary>Which latents are dead. [D] bool, the caller's.</summary>
    public Tensor Mask() => _silence.IsAtLeast(_after);

    /// <inheritdoc />
    public void Dispose() => _silence.Dispose();
}
