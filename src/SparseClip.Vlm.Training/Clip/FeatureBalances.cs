using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>The balances of a run's two heads, as many as the preset has.</summary>
public sealed class FeatureBalances : IDisposable
{
    private readonly (FeatureBalance Balance, SparseHead Head)? _images;
    private readonly (FeatureBalance Balance, SparseHead Head)? _texts;

    /// <param name="preset">The bounds.</param>
    /// <param name="model">The heads whose biases follow; not owned.</param>
    public FeatureBalances(ClipPreset preset, SparseClipModel model)
    {
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(model);
        _images = preset.Balance is { } bounds ? (new FeatureBalance(bounds, preset.Dimension), model.image_head) : null;
        _texts = preset.TextBalance is { } ofTexts ? (new FeatureBalance(ofTexts, preset.Dimension, "text_balance"), model.text_head.head) : null;
    }

    /// <summary>What has to be kept for a run to go on.</summary>
    public IReadOnlyDictionary<string, Tensor> State => All.SelectMany(side => side.Balance.State).ToDictionary();

    private IEnumerable<(FeatureBalance Balance, SparseHead Head)> All =>
        new[] { _images, _texts }.OfType<(FeatureBalance Balance, SparseHead Head)>();

    /// <summary>Takes the codes of a batch.</summary>
    /// <param name="images">[B, D] with at least one row.</param>
    /// <param name="captions">[B, D] of the same pictures' captions.</param>
    public void Observe(Tensor images, Tensor captions)
    {
        _images?.Balance.Observe(images);
        _texts?.Balance.Observe(captions);
    }

    /// <summary>Moves the biases of the heads a step.</summary>
    /// <param name="used">The share of the training that is done, 0..1.</param>
    /// <param name="rateFactor">The schedule's factor of the learning rates, 0..1.</param>
    public void Apply(double used, double rateFactor)
    {
        foreach (var (balance, head) in All)
        {
            using var step = balance.Step(used, rateFactor);
            head.ShiftBiases(step);
        }
    }

    /// <summary>Takes the running means from a file that <see cref="State"/> was written to.</summary>
    /// <exception cref="CheckpointException">They are missing.</exception>
    public void Restore(SafetensorsFile file)
    {
        foreach (var (balance, _) in All)
        {
            balance.Restore(file);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (balance, _) in All)
        {
            balance.Dispose();
        }
    }
}
