using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Metrics;

/// <summary>
/// Which features were active in at least one code (Sparse CLIP, section 3, "active features"); the others are dead. Takes codes batch by batch;
/// keeps one bit a feature.
/// </summary>
public sealed class ActiveFeatures : IDisposable
{
    private readonly Tensor _active; // [D] bool
    private readonly double _threshold;

    /// <param name="dimension">D, 1 or more.</param>
    /// <param name="threshold">A feature is active above it; 0 or more. The paper takes <see cref="Clarity.PaperThreshold"/>.</param>
    public ActiveFeatures(int dimension, double threshold = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        _active = zeros(dimension, ScalarType.Bool).DetachFromDisposeScope();
        _threshold = threshold;
    }

    /// <summary>D.</summary>
    public int Dimension => (int)_active.shape[0];

    /// <summary>The number of features active at least once, 0..D.</summary>
    public int ActiveCount
    {
        get
        {
            using var count = _active.sum();
            return (int)count.item<long>();
        }
    }

    /// <summary>The share of features active at least once, 0..1.</summary>
    public double ActiveFraction => ActiveCount / (double)Dimension;

    /// <summary>The number of features never active, 0..D.</summary>
    public int DeadCount => Dimension - ActiveCount;

    /// <summary>Takes a batch.</summary>
    /// <param name="codes">[B, D]</param>
    /// <exception cref="ArgumentException">The codes have another width.</exception>
    public void Add(Tensor codes)
    {
        MatrixShape.Require(codes, Dimension, "Codes", nameof(codes));
        using var scope = NewDisposeScope();
        _active.logical_or_(codes.IsAbove(_threshold).any(0));
    }

    /// <summary>Forgets all codes.</summary>
    public void Reset() => _active.zero_();

    /// <inheritdoc />
    public void Dispose() => _active.Dispose();
}
