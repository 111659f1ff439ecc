using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Metrics;

/// <summary>
/// Clarity (Sparse CLIP, section 3, equation 2): do the pictures that activate a feature look alike to an independent vision model? For each feature
/// with enough pictures above the threshold, the mean cosine of all pairs of those pictures' embeddings; averaged over these features.
/// </summary>
/// <remarks>
/// Takes pictures batch by batch and keeps 8 · D · (e + 1) bytes, whatever the number of pictures: for n unit vectors the sum over ordered pairs
/// of different ones is ‖sum‖² − n, so a feature needs the sum of its pictures' vectors and their number, and no picture is kept.
/// </remarks>
public sealed class Clarity : IDisposable
{
    /// <summary>The paper's tau.</summary>
    public const double PaperThreshold = 0.001;

    /// <summary>The paper's n_min.</summary>
    public const int PaperMinimumPictures = 2;

    private readonly double _threshold;
    private readonly int _minimumPictures;
    private readonly Tensor _sums; // [D, e] float64, of the unit embeddings of a feature's pictures
    private readonly Tensor _counts; // [D] float64, a feature's pictures
    private readonly Tensor _total; // [1, e] float64, of all unit embeddings
    private long _pictures;

    /// <param name="dimension">D, the number of features.</param>
    /// <param name="embeddingWidth">e, the width of the independent embedding.</param>
    /// <param name="threshold">tau: a picture belongs to a feature that it activates above it; 0 or more.</param>
    /// <param name="minimumPictures">n_min: features with fewer pictures are left out; 2 or more, as one picture has no pair.</param>
    public Clarity(int dimension, int embeddingWidth, double threshold = PaperThreshold, int minimumPictures = PaperMinimumPictures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddingWidth, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumPictures, 2);
        _threshold = threshold;
        _minimumPictures = minimumPictures;
        _sums = zeros([dimension, embeddingWidth], ScalarType.Float64).DetachFromDisposeScope();
        _counts = zeros(dimension, ScalarType.Float64).DetachFromDisposeScope();
        _total = zeros([1, embeddingWidth], ScalarType.Float64).DetachFromDisposeScope();
    }

    /// <summary>Takes a batch of pictures.</summary>
    /// <param name="codes">[B, D] of the model that is measured.</param>
    /// <param name="embeddings">[B, e] of the same pictures by an independent model, none of them zero; they are brought to unit length here.</param>
    /// <exception cref="ArgumentException">Shapes do not belong together, or an embedding has no direction.</exception>
    public void Add(Tensor codes, Tensor embeddings)
    {
        MatrixShape.Require(codes, _sums.shape[0], "Codes", nameof(codes));
        MatrixShape.Require(embeddings, _sums.shape[1], "Embeddings", nameof(embeddings));
        if (embeddings.shape[0] != codes.shape[0])
        {
            throw new ArgumentException($"{embeddings.shape[0]} embeddings do not belong to {codes.shape[0]} codes.", nameof(embeddings));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var units = Units(embeddings.detach().to_type(ScalarType.Float64));
        var belongs = codes.IsAbove(_threshold).to_type(ScalarType.Float64); // [B, D]
        _sums.addmm_(belongs.t(), units);
        _counts.PlusInPlace(belongs.sum(dim: 0)); // a bare 0 would mean an element type
        _total.PlusInPlace(units.sum(0, keepdim: true));
        _pictures += codes.shape[0];
    }

    /// <summary>The score over all pictures taken so far.</summary>
    public ClarityScore Score()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var cosines = MeanPairwiseCosine(_sums, _counts);
        var measured = _counts.IsAtLeast(_minimumPictures);
        var features = (int)measured.sum().item<long>();
        double? mean = features > 0 ? cosines.masked_select(measured).mean().item<double>() : null;
        double? baseline = _pictures > 1 ? MeanPairwiseCosine(_total, tensor(new[] { (double)_pictures })).item<double>() : null;
        var perFeature = cosines.FilledWhere(measured.logical_not(), double.NaN).ToHost().data<double>().ToArray();
        return new ClarityScore(mean, features, baseline, perFeature);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _sums.Dispose();
        _counts.Dispose();
        _total.Dispose();
    }

    /// <summary>(‖sum‖² − n) / (n (n − 1)); meaningless for n below 2. [N, e], [N] -> [N]</summary>
    private static Tensor MeanPairwiseCosine(Tensor sums, Tensor counts)
    {
        var lengths = sums.norm(1, false, 2f);
        return (lengths.Squared() - counts) / (counts * counts.Minus(1));
    }

    private static Tensor Units(Tensor embeddings)
    {
        var lengths = embeddings.norm(1, true, 2f); // [B, 1]
        if (!lengths.isfinite().all().item<bool>() || lengths.IsAtMost(0).any().item<bool>())
        {
            throw new ArgumentException("An embedding is zero or not finite and has no direction; leave its picture out.", nameof(embeddings));
        }

        return embeddings / lengths;
    }
}

/// <summary>What <see cref="Clarity"/> found.</summary>
/// <param name="Mean">Mean over the measured features, -1..1; null when there is none.</param>
/// <param name="Features">The number of measured features: those with at least n_min pictures.</param>
/// <param name="Baseline">The mean cosine of all pairs of pictures, whatever they activate (the paper's "dataset baseline"); null under two pictures.</param>
/// <param name="PerFeature">[D] the mean cosine of each feature's pairs; NaN for those not measured.</param>
public sealed record ClarityScore(double? Mean, int Features, double? Baseline, IReadOnlyList<double> PerFeature);
