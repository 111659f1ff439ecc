using SparseClip.Vlm.Modeling.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>
/// SpLiCE (Bhalla et al., NeurIPS 2024, section 4): an image embedding as a sparse non-negative sum of words' text embeddings. Images and texts of a dense CLIP
/// lie in two cones, so each side is first centred by its own mean and brought back to unit length; then the weights solve the non-negative lasso.
/// </summary>
/// <remarks>Thread-safe. Encoding takes about 20 · B · C bytes for a batch of B embeddings and C words: choose B by that.</remarks>
public sealed class SpliceDictionary : ISparseCoder, IDisposable
{
    private readonly Tensor _concepts; // [C, d], centred, unit rows
    private readonly Tensor _imageMean; // [1, d]
    private readonly NonNegativeLasso _lasso;

    /// <param name="wordEmbeddings">[C, d] the text embeddings of C words or phrases; brought to unit length and centred by their mean here.</param>
    /// <param name="imageMean">[d] the mean of the unit embeddings of many images.</param>
    /// <param name="alpha">The weight of the L1 norm in the objective of <see cref="NonNegativeLasso"/>, above 0: alpha · d against half the squared error.</param>
    /// <exception cref="ArgumentException">Embeddings and mean do not belong together.</exception>
    public SpliceDictionary(Tensor wordEmbeddings, Tensor imageMean, double alpha)
    {
        ArgumentNullException.ThrowIfNull(imageMean);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        MatrixShape.Require(wordEmbeddings, imageMean.numel(), "Word embeddings", nameof(wordEmbeddings));
        Alpha = alpha;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var units = nn.functional.normalize(wordEmbeddings.detach(), dim: 1);
        _concepts = nn.functional.normalize(units - units.mean([0], keepdim: true), dim: 1).DetachFromDisposeScope();
        _imageMean = imageMean.detach().reshape(1, -1).clone().DetachFromDisposeScope();
        _lasso = new NonNegativeLasso(_concepts.t());
    }

    /// <summary>The weight of the L1 norm.</summary>
    public double Alpha { get; }

    /// <summary>d, the width of an embedding.</summary>
    public int Width => (int)_concepts.shape[1];

    /// <summary>C, the number of words.</summary>
    public int Dimension => (int)_concepts.shape[0];

    /// <summary>The weights of the words in image embeddings. [B, d] of any length -> [B, C], 0 or more</summary>
    /// <exception cref="ArgumentException">The embeddings have another width or are not finite.</exception>
    public Tensor Encode(Tensor dense)
    {
        MatrixShape.Require(dense, Width, "Embeddings", nameof(dense));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var centred = nn.functional.normalize(nn.functional.normalize(dense, dim: 1) - _imageMean, dim: 1);
        return _lasso.Solve(centred, Alpha).Weights.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The image embeddings that weights stand for: the weighted sum of concepts at unit length (the lasso shrinks it), the image mean added, at unit
    /// length again. [B, C] -> [B, d]
    /// </summary>
    /// <exception cref="ArgumentException">The weights have another width.</exception>
    public Tensor Decode(Tensor codes)
    {
        MatrixShape.Require(codes, Dimension, "Weights", nameof(codes));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var centred = nn.functional.normalize(codes.matmul(_concepts), dim: 1);
        return nn.functional.normalize(centred.Plus(_imageMean), dim: 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _concepts.Dispose();
        _imageMean.Dispose();
        _lasso.Dispose();
    }
}
