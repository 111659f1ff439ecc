using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Losses;
using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Losses;
using SparseClip.Vlm.Training.Clip.Presets;
using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>A Sparse CLIP tower in training: one pass of pictures and texts a step, the recipe's losses on it, and biases that hold the features' frequencies.</summary>
internal sealed class ClipTask : ITrainingTask<ClipBatch>, IResumable, IDisposable
{
    private const int ActiveWindow = 100;
    private readonly SparseClipModel _model;
    private readonly ClassTeacher? _teacher;
    private readonly IFrozenTextStates _states;
    private readonly ClipPreset _preset;
    private readonly ClipBatches _batches;
    private readonly FeatureBalances _balances;
    private readonly bool _imagesAreFrozen;
    private readonly TrunkOutputCache? _known;
    private readonly ActiveFeatureWindow _active;
    private readonly IReadOnlyList<IClipLoss> _losses;
    private ClipCodes? _codes; // of the running step

    /// <param name="parts">What is trained, and by what; not owned.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="imagesAreFrozen">Whether nothing of the image side is trained.</param>
    public ClipTask(ClipTaskParts parts, ClipPreset preset, bool imagesAreFrozen)
    {
        (_model, _teacher, _states, _batches, _balances) = parts;
        (_preset, _imagesAreFrozen) = (preset, imagesAreFrozen);
        _known = preset.DistinctBatches is null ? null : new TrunkOutputCache();
        _active = new ActiveFeatureWindow(preset.Dimension, ActiveWindow);
        _losses = ClipLosses.Of(preset, _teacher, _states);
    }

    /// <inheritdoc />
    public IEnumerable<TrainedParameter> Parameters
    {
        get
        {
            var (heads, trunk) = (_preset.Optimizer.HeadRate, _preset.Optimizer.TrunkRate);
            IEnumerable<TrainedParameter> images = _imagesAreFrozen
                ? []
                : [.. TrainedParameter.Of(_model.trunk.Module, trunk, "trunk."), .. TrainedParameter.Of(_model.image_head, heads, "image_head.")];
            return [.. images, .. TrainedParameter.Of(_model.text_head, heads, "text_head."), .. TrainedParameter.Of(_model.scale, heads, "scale.")];
        }
    }

    /// <inheritdoc />
    public string Remedy => "Lower the learning rates of the preset and start anew, or run the same command again: it goes on from the last checkpoint.";

    /// <inheritdoc />
    public IReadOnlyDictionary<string, Tensor> State => _balances.State;

    /// <inheritdoc />
    public ClipBatch? Next(TrainingMoment moment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(moment);
        return _batches.Next(moment.Step, _preset.SizeAt(moment.Used), cancellationToken);
    }

    /// <inheritdoc />
    public StepLosses Losses(ClipBatch batch, TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(moment);
        var seed = unchecked((_preset.Seed * 1_000_003) + (int)moment.Step);
        var random = new Random(seed);
        manual_seed(seed); // dropout is a matter of the step as well, so that a run that goes on is the one that never stopped
        var trunk = Trunk(batch);
        var images = Codes(trunk.States); // [B, D]
        var texts = new ClipTexts(batch);
        var prepared = _losses.Select(loss => (loss.Name, Compute: loss.Prepare(batch, trunk.TeacherLogits, texts, random))).ToList();
        var textCodes = _model.text_head.forward(texts.States(_states)); // [texts, D]
        var textUnits = nn.functional.normalize(textCodes, dim: 1);
        var units = new ClipUnits(
            nn.functional.normalize(images, dim: 1), textUnits[..batch.CaptionedCount], _model.scale.Factor(), textUnits, texts);

        _codes = new ClipCodes(images.detach(), textCodes.detach()[..batch.CaptionedCount], batch.CountOf(ClipItemKind.Icon) + batch.CountOf(ClipItemKind.Scene));
        return new StepLosses(
            [.. prepared.Where(loss => loss.Compute is not null).Select(loss => new LossTerm(loss.Name, loss.Compute!(units)))],
            [new("L0 image", L0.MeanFractionOf(_codes.Images)), new("L0 text", L0.MeanFractionOf(_codes.Captions))],
            batch.Count);
    }

    /// <inheritdoc />
    public void AfterUpdate(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        var (images, captions, drawn) = _codes!;
        _codes = null;
        _model.scale.Clamp();
        _active.Add(images);
        _balances.Observe(images[..(int)captions.shape[0]], captions, drawn);
        _balances.Apply(moment.Used, moment.RateFactor);
    }

    /// <inheritdoc />
    public IEnumerable<Measure> Gauge() => [new("scale", _model.scale.Value), new("active", _active.Fraction)];

    /// <inheritdoc />
    public void Learn()
    {
        _model.train();
        if (_imagesAreFrozen)
        {
            _model.trunk.Module.eval();
            _model.image_head.eval();
        }
    }

    /// <inheritdoc />
    public void SaveModel(string path) => _model.Save(path);

    /// <inheritdoc />
    public void LoadModel(string path)
    {
        using var weights = SafetensorsFile.Open(path);
        StrictLoader.Load(_model, weights);
        _model.trunk.WeightsChanged();
    }

    /// <inheritdoc />
    public void Restore(SafetensorsFile file) => _balances.Restore(file);

    /// <inheritdoc />
    public void Dispose()
    {
        _known?.Dispose();
        _active.Dispose();
        foreach (var loss in _losses.OfType<IDisposable>())
        {
            loss.Dispose();
        }
    }

    /// <summary>What trunk and teacher make of a batch's pictures, or made of them when they came before.</summary>
    private TrunkOutput Trunk(ClipBatch batch)
    {
        if (_known?.Find(batch.Number) is { } known)
        {
            return known;
        }

        using var frozen = _imagesAreFrozen ? no_grad() : null;
        var pixels = PixelTensor.Of(batch.Pixels, batch.Count, batch.Size);
        var low = _model.trunk.Stem(_model.Normalize(pixels));
        var output = new TrunkOutput(_model.trunk.Top(low).mean([1]), _teacher?.Logits(pixels, low));
        _known?.Add(batch.Number, output);
        return output;
    }

    /// <summary>The codes of pooled states, without gradient where the image side is frozen.</summary>
    private Tensor Codes(Tensor states)
    {
        using var frozen = _imagesAreFrozen ? no_grad() : null;
        return _model.image_head.forward(states);
    }

    /// <param name="Images">[B, D] without gradient.</param>
    /// <param name="Captions">[captioned, D] without gradient.</param>
    /// <param name="Drawn">Icons and scenes; they come first.</param>
    private sealed record ClipCodes(Tensor Images, Tensor Captions, int Drawn);
}

/// <summary>What a tower's training is made of.</summary>
/// <param name="Model">The model.</param>
/// <param name="Teacher">The classifier that is distilled; null where the preset has no distillation.</param>
/// <param name="States">The frozen text states.</param>
/// <param name="Batches">The batches.</param>
/// <param name="Balances">Hold the features' frequencies.</param>
internal sealed record ClipTaskParts(SparseClipModel Model, ClassTeacher? Teacher, IFrozenTextStates States, ClipBatches Batches, FeatureBalances Balances);
