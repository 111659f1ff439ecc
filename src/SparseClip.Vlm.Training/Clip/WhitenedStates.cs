using SparseClip.Vlm.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// States moved and turned so that they have mean 0 and nearly the covariance 1: there, what a direction does to one feature says nothing of another, and the mean of a few neighbours
/// is the direction that tells them from the rest (linear discriminant analysis). Its tensors belong to the dispose scope that it is made in.
/// </summary>
internal sealed class WhitenedStates
{
    private const int FeaturesAtOnce = 512;
    private readonly Tensor _mean; // [d]
    private readonly Tensor _transform; // [d, d]

    /// <param name="states">[N, d] float32.</param>
    /// <param name="ridge">What is added to every variance, as a share of their mean; above 0.</param>
    public WhitenedStates(Tensor states, double ridge)
    {
        _mean = states.mean([0]);
        using (var scope = NewDisposeScope())
        {
            var centred = states - _mean;
            var covariance = centred.t().matmul(centred).to_type(ScalarType.Float64).Over(states.shape[0]);
            var (variances, directions) = linalg.eigh(covariance.ToHost());
            _transform = (directions / variances.Plus(variances.mean().Times(ridge)).sqrt()).to_type(ScalarType.Float32).ToDevice().MoveToOuterDisposeScope();
        }

        Rows = (states - _mean).matmul(_transform);
    }

    /// <summary>[N, d]</summary>
    public Tensor Rows { get; }

    /// <summary>The features along directions, cut off so that a share of the rows has each and its largest activation is given.</summary>
    /// <param name="directions">[K, d] in the whitened space, of any length.</param>
    /// <param name="rate">The share of the rows, 0..1.</param>
    /// <param name="largest">The largest activation among the rows, above 0.</param>
    public WhitenedFeatures Cut(Tensor directions, double rate, double largest)
    {
        using var scope = NewDisposeScope();
        var rows = Math.Max(2, (int)(rate * Rows.shape[0]));
        var (scaled, biases) = (new List<Tensor>(), new List<Tensor>());
        foreach (var block in directions.split(FeaturesAtOnce))
        {
            using var step = NewDisposeScope();
            var top = block.matmul(Rows.t()).topk(rows, dim: 1).values; // [k, rows], descending
            var (peak, threshold) = (top[.., 0], top[.., rows - 1]);
            var factor = (peak - threshold).AtLeast(1e-6).reciprocal().Times(largest);
            scaled.Add((block * factor.unsqueeze(1)).MoveToOuterDisposeScope());
            biases.Add((-threshold * factor).MoveToOuterDisposeScope());
        }

        return new WhitenedFeatures(cat(scaled).MoveToOuterDisposeScope(), cat(biases).MoveToOuterDisposeScope());
    }

    /// <summary>For each feature of other states the direction here that foretells its activations (ridge regression; row i here belongs to row i there). [K, d]</summary>
    public Tensor Regress(WhitenedStates other, WhitenedFeatures features)
    {
        using var scope = NewDisposeScope();
        var found = new List<Tensor>();
        foreach (var (directions, biases) in features.Directions.split(FeaturesAtOnce).Zip(features.Biases.split(FeaturesAtOnce)))
        {
            using var step = NewDisposeScope();
            var activations = nn.functional.relu(directions.matmul(other.Rows.t()).Plus(biases.unsqueeze(1))); // [k, N]
            found.Add((activations - activations.mean([1], keepdim: true)).matmul(Rows).Over(Rows.shape[0]).MoveToOuterDisposeScope());
        }

        return cat(found).MoveToOuterDisposeScope();
    }

    /// <summary>The same features of states as they were: pre-activation = W h + b. [K, d] and [K]</summary>
    public (Tensor Weight, Tensor Bias) Fold(WhitenedFeatures features)
    {
        using var scope = NewDisposeScope();
        var weight = features.Directions.matmul(_transform.t());
        return (weight.MoveToOuterDisposeScope(), (features.Biases - weight.mv(_mean)).MoveToOuterDisposeScope());
    }
}

/// <summary>Features of whitened states.</summary>
/// <param name="Directions">[K, d]</param>
/// <param name="Biases">[K]</param>
internal sealed record WhitenedFeatures(Tensor Directions, Tensor Biases);
