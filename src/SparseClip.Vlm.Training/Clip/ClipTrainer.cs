using System.Text.Json.Nodes;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Clip.Presets;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Trains a Sparse CLIP tower by a preset: resumable by the same call, checkpointed every few minutes, stopped cleanly by the token (the last
/// state is then saved as well).
/// </summary>
public sealed class ClipTrainer
{
    private const int ReadoutBatches = 40;
    private readonly ClipTrainerOptions _options;
    private readonly ClipPreset _preset;
    private readonly IFrozenTextStates _states;

    /// <param name="options">Where to read and write.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="states">The frozen part of the text tower; not owned.</param>
    public ClipTrainer(ClipTrainerOptions options, ClipPreset preset, IFrozenTextStates states)
    {
        _options = options;
        _preset = preset;
        _states = states;
    }

    /// <summary>Trains until the preset's steps are done or its minutes used up.</summary>
    /// <param name="report">Called on the training thread with progress.</param>
    /// <param name="validate">Measures the model now and then; null for never.</param>
    /// <param name="cancellationToken">Ends the run after the running step; its state is saved.</param>
    /// <returns>The path of the trained tower.</returns>
    /// <exception cref="CheckpointException">The trunk or a checkpoint cannot be read, the checkpoint is of another recipe, or a file cannot be written.</exception>
    /// <exception cref="ConfigurationException">The preset names no trunk or teacher, or does not fit them or the language model.</exception>
    /// <exception cref="TrainingException">A loss is not finite, or photographs are balanced and cannot be told from drawn pictures.</exception>
    public string Train(Action<TrainingProgress> report, Action<SparseClipModel, long>? validate, CancellationToken cancellationToken)
    {
        _preset.Validate();
        if (_preset.Text.Problem(_states) is { } problem)
        {
            throw new ConfigurationException($"The preset's text does not fit the language model: {problem}.");
        }

        Directory.CreateDirectory(_options.Output);
        var checkpoint = RunCheckpoint.Open(Path.Combine(_options.Output, "checkpoint"), Recipe());
        manual_seed(_preset.Seed);
        using var start = ClipStart.Open(_options, _preset);
        var model = start.CreateModel(_options.FreezeImage);
        using var teacher = start.OpenTeacher(_options.ModelsFolder);
        using var readout = _preset.PhotographBalance is null ? null : FitReadout(model, cancellationToken);
        using var balances = new FeatureBalances(_preset, model, readout);
        _options.Note?.Invoke(checkpoint.Saved is { } saved ? $"Goes on after step {saved.Step}." : $"Starts from {start.Description}.");
        using var batches = new ClipBatches(_options.OpenLoader, _preset.DistinctBatches);
        using var task = new ClipTask(
            new ClipTaskParts(model, teacher, new CachedTextStates(_states, _options.CachedTexts), batches, balances), _preset, _options.FreezeImage);

        var observer = new TrainingObserver { Report = report, MeasureSeconds = _options.ValidationSeconds, Measure = validate is null ? null : Validate };
        var keeping = new RunKeeping(checkpoint, task, _options.CheckpointSeconds);
        var state = new Trainer<ClipBatch>(task, _preset.Schedule, observer, keeping).Train(cancellationToken);
        start.MixInto(model);
        model.eval();
        if (!cancellationToken.IsCancellationRequested)
        {
            validate?.Invoke(model, state.Step);
        }

        var tower = Path.Combine(_options.Output, TrunkReader.TowerName);
        model.Save(tower, ScalarType.Float16);
        return tower;

        void Validate(TrainingState at)
        {
            model.eval();
            validate(model, at.Step);
        }
    }

    private JsonObject Recipe() => RunRecipe.Of(_preset,
    [
        new("init", _options.Init is { } init ? ContentHash.OfModel(init) : null),
        new("freeze_trunk", _options.FreezeTrunk),
        new("freeze_image", _options.FreezeImage),
        .. _options.Inputs.Select(input => KeyValuePair.Create(input.Key, (JsonNode?)input.Value)),
    ]);

    /// <summary>By the first batches of the run and the tower that it starts from, so that a run that goes on has the same one.</summary>
    private PhotographReadout FitReadout(SparseClipModel model, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        model.eval();
        var sample = new StateSample();
        using var loader = _options.OpenLoader(_preset.ImageSize);
        loader.Start(0);
        for (var i = 0; i < ReadoutBatches; i++)
        {
            using var batch = loader.Next(cancellationToken);
            using var step = NewDisposeScope();
            sample.Add(StateSample.Pooled(model, batch), null, batch.FirstOf(ClipItemKind.Photo));
        }

        return PhotographReadout.Fit(model.image_head, cat(sample.Drawn), cat(sample.Photographs));
    }
}
