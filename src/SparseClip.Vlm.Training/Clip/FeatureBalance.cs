using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Clip.Presets;
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
    private readonly Tensor _frequencies; // [kinds, D]
    private readonly Tensor _weights; // [kinds, 1] : the sums of the weights in _frequencies

    /// <param name="options">The bounds.</param>
    /// <param name="dimension">D.</param>
    /// <param name="name">What its state is called in a checkpoint.</param>
    public FeatureBalance(ClipBalanceOptions options, int dimension, string name = "balance")
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problem(name) is { } problem)
        {
            throw new ConfigurationException($"The bounds of a balance cannot be: {problem}.");
        }

        (_options, _name) = (options, name);
        using var scope = NewDisposeScope();
        var kinds = options.Photographs ? 2 : 1;
        _frequencies = zeros(kinds, dimension).DetachFromDisposeScope();
        _weights = zeros(kinds, 1).DetachFromDisposeScope();
    }

    /// <summary>What has to be kept for a run to go on: a running mean over the last 50 batches or so.</summary>
    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor> { [$"{_name}.frequencies"] = _frequencies, [$"{_name}.weights"] = _weights };

    /// <summary>Takes the codes of a batch.</summary>
    /// <param name="codes">[B, D]: the first of drawn pictures (icons and scenes), the others of photographs.</param>
    /// <param name="drawn">The number of the drawn ones, 0..B.</param>
    public void Observe(Tensor codes, int drawn)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor[] kinds = _options.Photographs ? [codes[..drawn], codes[drawn..]] : [codes[..drawn]];
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            if (kinds[kind].shape[0] > 0)
            {
                _frequencies[kind].TimesInPlace(Decay).PlusInPlace(kinds[kind].IsAbove(0).to_type(ScalarType.Float32).mean([0]), 1 - Decay);
                _weights[kind].TimesInPlace(Decay).PlusInPlace(1 - Decay);
            }
        }
    }

    /// <summary>The running share of codes in which each feature is active, of the kind of picture where it is larger. [D], 0..1; belongs to the caller.</summary>
    public Tensor Frequency()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return (_frequencies / _weights.AtLeast(1e-12)).amax([0]).MoveToOuterDisposeScope(); // 0 of a kind not seen
    }

    /// <summary>The step that the biases have to take. [D]; belongs to the caller.</summary>
    /// <param name="used">The share of the training that is done, 0..1.</param>
    /// <param name="rateFactor">The schedule's factor of the learning rates, 0..1: what no longer learns is no longer moved.</param>
    /// <param name="followed">[D] the frequencies that are followed, where the options ask for it; null to go by the bounds alone.</param>
    public Tensor Step(double used, double rateFactor, Tensor? followed = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var frequency = Frequency();
        var (least, most) = Bounds(followed);
        var direction = frequency.lt(least).to_type(ScalarType.Float32) - frequency.gt(most).to_type(ScalarType.Float32);
        return direction.Times((float)(used < _options.From ? 0 : _options.Rate * rateFactor)).MoveToOuterDisposeScope();
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
        _frequencies.Dispose();
        _weights.Dispose();
    }

    /// <summary>[] or [D] each.</summary>
    private (Tensor Least, Tensor Most) Bounds(Tensor? followed)
    {
        var (least, most) = (tensor((float)_options.Least), tensor((float)_options.Most));
        return followed is not null && _options.Follow is { } share
            ? (followed.Times((float)share).clamp(least, most), followed.Over((float)share).clamp(least, most))
            : (least, most);
    }
}
