using SparseClip.Vlm.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Holds how often each feature is active within bounds, without a term in the loss: a feature above them has its bias lowered by a small constant step,
/// one below them raised (the loss-free balancing that Wang et al. 2024 use for experts, here for features). So codes become sparse and no feature dies:
/// a pull on all features alike silences the rare ones first.
/// </summary>
public sealed class FeatureBalance : IDisposable
{
    private const double Decay = 0.98;
    private readonly ClipBalanceOptions _options;
    private readonly string _name;
    private readonly Tensor _frequency; // [D]
    private readonly Tensor _weight; // [] : the sum of the weights in _frequency

    /// <param name="options">The bounds.</param>
    /// <param name="dimension">D.</param>
    /// <param name="name">What its state is called in a checkpoint.</param>
    public FeatureBalance(ClipBalanceOptions options, int dimension, string name = "balance")
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _name) = (options, name);
        using var scope = NewDisposeScope();
        _frequency = zeros(dimension).DetachFromDisposeScope();
        _weight = zeros([]).DetachFromDisposeScope();
    }

    /// <summary>What has to be kept for a run to go on: a running mean over the last 50 batches or so.</summary>
    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor> { [$"{_name}.frequency"] = _frequency, [$"{_name}.weight"] = _weight };

    /// <summary>Takes the codes of a batch.</summary>
    /// <param name="codes">[B, D] with at least one row.</param>
    public void Observe(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _frequency.mul_(Decay).add_(codes.gt(0).to_type(ScalarType.Float32).mean([0]), 1 - Decay);
        _weight.mul_(Decay).add_(1 - Decay);
    }

    /// <summary>The running share of codes in which each feature is active. [D], 0..1; belongs to the caller.</summary>
    public Tensor Frequency()
    {
        using var noGrad = no_grad();
        return _frequency / _weight.clamp_min(1e-12);
    }

    /// <summary>The step that the biases have to take. [D]; belongs to the caller.</summary>
    /// <param name="used">The share of the training that is done, 0..1.</param>
    /// <param name="rateFactor">The schedule's factor of the learning rates, 0..1: what no longer learns is no longer moved.</param>
    public Tensor Step(double used, double rateFactor)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var frequency = Frequency();
        var direction = frequency.lt(_options.Least).to_type(ScalarType.Float32) - frequency.gt(_options.Most).to_type(ScalarType.Float32);
        return (direction * (float)(used < _options.From ? 0 : _options.Rate * rateFactor)).MoveToOuterDisposeScope();
    }

    /// <summary>Takes the running mean from a file that <see cref="State"/> was written to.</summary>
    /// <exception cref="CheckpointException">It is missing.</exception>
    public void Restore(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, value) in State)
        {
            value.copy_(file.Load(name));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _frequency.Dispose();
        _weight.Dispose();
    }
}
