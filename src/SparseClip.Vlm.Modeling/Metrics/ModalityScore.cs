using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Metrics;

/// <summary>
/// The modality score of a feature (Papadimitriou et al. 2025; Sparse CLIP, section 3): the share of its activation that comes from images and not from texts,
/// m_image / (m_image + m_text), m being the mean activation over all codes of a side, so that unequal numbers of images and texts make no
/// difference. 0 is a feature of texts only, 1 of images only, 0.5 of both alike.
/// </summary>
/// <remarks>Takes codes batch by batch and keeps 16 · D bytes. Feed unit codes if the two towers' codes have different lengths.</remarks>
public sealed class ModalityScore : IDisposable
{
    private readonly Tensor _images; // [D] float64, summed activation
    private readonly Tensor _texts; // [D] float64
    private long _imageCount;
    private long _textCount;

    /// <param name="dimension">D, 1 or more.</param>
    public ModalityScore(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        _images = zeros(dimension, ScalarType.Float64).DetachFromDisposeScope();
        _texts = zeros(dimension, ScalarType.Float64).DetachFromDisposeScope();
    }

    /// <summary>Takes a batch of image codes.</summary>
    /// <param name="codes">[B, D], 0 or more.</param>
    /// <exception cref="ArgumentException">The codes have another width or a negative value.</exception>
    public void AddImages(Tensor codes) => _imageCount += Add(_images, codes);

    /// <summary>Takes a batch of text codes.</summary>
    /// <param name="codes">[B, D], 0 or more.</param>
    /// <exception cref="ArgumentException">The codes have another width or a negative value.</exception>
    public void AddTexts(Tensor codes) => _textCount += Add(_texts, codes);

    /// <summary>The scores over all codes taken so far.</summary>
    /// <exception cref="InvalidOperationException">There were no images or no texts.</exception>
    public ModalityScores Score()
    {
        if (_imageCount == 0 || _textCount == 0)
        {
            throw new InvalidOperationException($"Modality scores need images and texts; there were {_imageCount} and {_textCount}.");
        }

        using var scope = NewDisposeScope();
        var (image, text) = (_images.Over(_imageCount), _texts.Over(_textCount));
        return new ModalityScores((image / image.Plus(text)).ToHost().data<double>().ToArray()); // 0 / 0 is NaN
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _images.Dispose();
        _texts.Dispose();
    }

    private static long Add(Tensor sums, Tensor codes)
    {
        MatrixShape.Require(codes, sums.shape[0], "Codes", nameof(codes));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (codes.IsBelow(0).any().item<bool>())
        {
            throw new ArgumentException("Codes have a negative value; shares of activation are defined for non-negative ones.", nameof(codes));
        }

        sums.PlusInPlace(codes.detach().sum(0, type: ScalarType.Float64));
        return codes.shape[0];
    }
}

/// <summary>What <see cref="ModalityScore"/> found.</summary>
/// <param name="PerFeature">[D], each 0 (texts only) .. 1 (images only); NaN for a feature active in neither.</param>
public sealed record ModalityScores(IReadOnlyList<double> PerFeature)
{
    /// <summary>The number of features active in images or texts.</summary>
    public int Features => PerFeature.Count(score => !double.IsNaN(score));

    /// <summary>The mean over the active features, 0..1; null when there is none.</summary>
    public double? Mean => Features > 0 ? PerFeature.Where(score => !double.IsNaN(score)).Average() : null;

    /// <summary>The share of the active features whose score lies within the bounds, both included, 0..1; null when no feature is active.</summary>
    /// <param name="lowest">0..1.</param>
    /// <param name="highest">0..1.</param>
    public double? FractionWithin(double lowest, double highest) =>
        Features > 0 ? PerFeature.Count(score => score >= lowest && score <= highest) / (double)Features : null;
}
