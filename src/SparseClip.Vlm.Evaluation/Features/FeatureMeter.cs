using SparseClip.Vlm.Modeling.Metrics;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation.Features;

/// <summary>Gathers Clarity, active features and L0 batch by batch, all at the paper's threshold; keeps no picture.</summary>
public sealed class FeatureMeter : IDisposable
{
    private readonly Clarity _clarity;
    private readonly ActiveFeatures _active;
    private readonly L0 _l0;

    /// <param name="dimension">D.</param>
    /// <param name="embeddingWidth">e, the width of the independent embedding.</param>
    public FeatureMeter(int dimension, int embeddingWidth)
    {
        _clarity = new Clarity(dimension, embeddingWidth);
        _active = new ActiveFeatures(dimension, Clarity.PaperThreshold);
        _l0 = new L0(dimension, Clarity.PaperThreshold);
    }

    /// <summary>Takes a batch of pictures.</summary>
    /// <param name="codes">[B, D]</param>
    /// <param name="embeddings">[B, e] of the same pictures.</param>
    public void Add(Tensor codes, Tensor embeddings)
    {
        _clarity.Add(codes, embeddings);
        _active.Add(codes);
        _l0.Add(codes);
    }

    /// <summary>The score over all pictures taken so far.</summary>
    public FeatureScore Score(string name)
    {
        var clarity = _clarity.Score();
        return new FeatureScore(
            name, _active.Dimension, clarity.Mean, clarity.Baseline, clarity.Features, _active.ActiveFraction, _active.DeadCount, _l0.MeanCount, _l0.MeanFraction);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _clarity.Dispose();
        _active.Dispose();
    }
}
