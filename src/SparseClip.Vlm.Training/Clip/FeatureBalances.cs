using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Clip.Presets;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// The balances of a run's two heads, as many as the preset has. Where the texts follow the pictures, those are watched also when nothing moves them. Photographs may have one of their own, which
/// moves what a feature's bias is for them and leaves drawn pictures alone.
/// </summary>
public sealed class FeatureBalances : IDisposable
{
    private readonly SparseClipModel _model;
    private readonly FeatureBalance? _images;
    private readonly FeatureBalance? _texts;
    private readonly FeatureBalance? _photographs;
    private readonly PhotographReadout? _readout;
    private readonly bool _movesImages;

    /// <param name="preset">The bounds.</param>
    /// <param name="model">Its heads' biases are moved; not owned.</param>
    /// <param name="readout">What tells photographs from drawn pictures, where the preset balances them; not owned.</param>
    public FeatureBalances(ClipPreset preset, SparseClipModel model, PhotographReadout? readout = null)
    {
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _movesImages = preset.Balance is not null;
        var watched = preset.Balance ?? (preset.TextBalance is { Follow: not null } following ? following : null);
        _images = watched is null ? null : new FeatureBalance(watched, preset.Dimension);
        _texts = preset.TextBalance is { } bounds ? new FeatureBalance(bounds, preset.Dimension, "text_balance") : null;
        if (preset.PhotographBalance is { } ofPhotographs)
        {
            _readout = readout ?? throw new ArgumentNullException(nameof(readout), "The preset balances photographs, so what tells them apart is needed.");
            _photographs = new FeatureBalance(ofPhotographs, preset.Dimension, "photograph_balance");
        }
    }

    /// <summary>What has to be kept for a run to go on.</summary>
    public IReadOnlyDictionary<string, Tensor> State => All.SelectMany(balance => balance.State).ToDictionary();

    private IEnumerable<FeatureBalance> All => new[] { _images, _texts, _photographs }.OfType<FeatureBalance>();

    /// <summary>Takes the codes of a batch.</summary>
    /// <param name="images">[B, D] with at least one row: drawn pictures first, photographs after them.</param>
    /// <param name="captions">[B, D] of the same pictures' captions.</param>
    /// <param name="drawn">The number of the drawn ones, 0..B.</param>
    public void Observe(Tensor images, Tensor captions, int drawn)
    {
        _images?.Observe(images, drawn);
        _texts?.Observe(captions, drawn);
        if (_photographs is not null && drawn < images.shape[0])
        {
            using var photographs = images[drawn..];
            _photographs.Observe(photographs, (int)photographs.shape[0]);
        }
    }

    /// <summary>Moves the biases of the heads a step.</summary>
    /// <param name="used">The share of the training that is done, 0..1.</param>
    /// <param name="rateFactor">The schedule's factor of the learning rates, 0..1.</param>
    public void Apply(double used, double rateFactor)
    {
        using var scope = NewDisposeScope();
        if (_images is not null && _movesImages)
        {
            _model.image_head.ShiftBiases(_images.Step(used, rateFactor));
        }

        if (_photographs is not null)
        {
            _readout!.LowerPhotographs(_photographs.Step(used, rateFactor).neg());
        }

        if (_texts is not null)
        {
            _model.text_head.head.ShiftBiases(_texts.Step(used, rateFactor, _images?.Frequency()));
        }
    }

    /// <summary>Takes the running means from a file that <see cref="State"/> was written to.</summary>
    /// <exception cref="CheckpointException">They are missing.</exception>
    public void Restore(SafetensorsFile file)
    {
        foreach (var balance in All)
        {
            balance.Restore(file);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var balance in All)
        {
            balance.Dispose();
        }
    }
}
