using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Metrics;

/// <summary>
/// L0: how many features of a code are active, averaged over codes (Sparse CLIP, section 2; its tables give the fraction for the models and the
/// count beside Clarity). Takes codes batch by batch; keeps two numbers.
/// </summary>
public sealed class L0
{
    private readonly int _dimension;
    private readonly double _threshold;
    private long _active;

    /// <param name="dimension">D, 1 or more.</param>
    /// <param name="threshold">A feature is active above it; 0 or more.</param>
    public L0(int dimension, double threshold = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        _dimension = dimension;
        _threshold = threshold;
    }

    /// <summary>Codes taken so far.</summary>
    public long Codes { get; private set; }

    /// <summary>The mean number of active features of a code, 0..D; 0 before the first.</summary>
    public double MeanCount => Codes > 0 ? _active / (double)Codes : 0;

    /// <summary>The mean share of active features of a code, 0..1; 0 before the first.</summary>
    public double MeanFraction => MeanCount / _dimension;

    /// <summary>Takes a batch.</summary>
    /// <param name="codes">[B, D]</param>
    /// <exception cref="ArgumentException">The codes have another width.</exception>
    public void Add(Tensor codes)
    {
        MatrixShape.Require(codes, _dimension, "Codes", nameof(codes));
        using var scope = NewDisposeScope();
        _active += codes.IsAbove(_threshold).sum().item<long>();
        Codes += codes.shape[0];
    }

    /// <summary>The mean share of active features of one batch, 0..1.</summary>
    /// <param name="codes">[B, D]</param>
    public static double MeanFractionOf(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using var scope = NewDisposeScope();
        return codes.IsAbove(0).sum().item<long>() / (double)codes.numel();
    }
}
