using System.Diagnostics;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Trains a Sparse CLIP tower by a preset: resumable by the same call, checkpointed every few minutes, stopped cleanly by the token (the last
/// state is then saved as well).
/// </summary>
public sealed class ClipTrainer
{
    private const int ReportEvery = 20;
    private const int ActiveWindow = 100;
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
    /// <param name="report">Called on the training thread with progress and validations.</param>
    /// <param name="validate">Measures the model now and then; null for never.</param>
    /// <param name="cancellationToken">Ends the run after the running step; its state is saved.</param>
    /// <returns>The path of the trained tower.</returns>
    /// <exception cref="CheckpointException">The trunk or a checkpoint cannot be read, or a file cannot be written.</exception>
    /// <exception cref="ConfigurationException">The preset names no trunk or teacher, or does not fit them.</exception>
    public string Train(Action<ClipProgress> report, Action<SparseClipModel, long>? validate, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.Output);
        manual_seed(_preset.Seed);
        if (_preset.Problem() is { } problem)
        {
            throw new ConfigurationException($"The preset contradicts itself: {problem}.");
        }

        var start = ClipStart.Open(_options, _preset);
        using var model = start.CreateModel(_options.FreezeImage);
        using var teacher = start.OpenTeacher(_options.ModelsFolder);
        using var optimizer = CreateOptimizer(model);
        var checkpointFolder = Path.Combine(_options.Output, "checkpoint");
        using var readout = _preset.PhotographBalance is null ? null : FitReadout(model, cancellationToken);
        using var balances = new FeatureBalances(_preset, model, readout);
        var state = ClipCheckpoint.TryLoad(checkpointFolder, model, optimizer, balances) ?? new ClipCheckpoint(0, 0);
        _options.Note?.Invoke(state.Step > 0 ? $"Goes on after step {state.Step}." : $"Starts from {start.Description}.");
        using var task = new ClipTask(model, teacher, new CachedTextStates(_states, _options.CachedTexts), _preset, _options.FreezeImage);

        state = Loop(model, optimizer, task, balances, state, checkpointFolder, report, validate, cancellationToken);
        ClipCheckpoint.Save(checkpointFolder, state, model, optimizer, balances);
        start.MixInto(model);
        model.eval();
        if (!cancellationToken.IsCancellationRequested)
        {
            validate?.Invoke(model, state.Step);
        }

        var tower = Path.Combine(_options.Output, TrunkReader.TowerName);
        model.Save(tower, ScalarType.Float16);
        return tower;
    }

    /// <summary>By the first batches of the run and the tower that it starts from, so that a run that goes on has the same one.</summary>
    private PhotographReadout FitReadout(SparseClipModel model, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        model.eval();
        var seen = new StateSample();
        using var loader = _options.OpenLoader(_preset.ImageSize);
        loader.Start(0);
        for (var i = 0; i < ReadoutBatches; i++)
        {
            using var batch = loader.Next(cancellationToken);
            using var step = NewDisposeScope();
            seen.Add(StateSample.Pooled(model, batch), null, batch.FirstOf(ClipItemKind.Photo));
        }

        return PhotographReadout.Fit(model.image_head, cat(seen.Drawn), cat(seen.Photographs));
    }

    private AdamW CreateOptimizer(SparseClipModel model)
    {
        var rates = _preset.Optimizer;
        var optimizer = new AdamW(rates.WeightDecay);
        if (!_options.FreezeImage)
        {
            optimizer.Add(Named("trunk.", model.trunk.Module), rates.TrunkRate);
            optimizer.Add(Named("image_head.", model.image_head), rates.HeadRate);
        }

        optimizer.Add(Named("text_head.", model.text_head), rates.HeadRate);
        optimizer.Add(Named("scale.", model.scale), rates.HeadRate);
        return optimizer;

        static IEnumerable<(string, TorchSharp.Modules.Parameter)> Named(string prefix, nn.Module module) =>
            module.named_parameters().Select(entry => (prefix + entry.name, entry.parameter));
    }

    private ClipCheckpoint Loop(
        SparseClipModel model, AdamW optimizer, ClipTask task, FeatureBalances balances, ClipCheckpoint state, string checkpointFolder,
        Action<ClipProgress> report, Action<SparseClipModel, long>? validate, CancellationToken cancellationToken)
    {
        using var active = new ActiveFeatureWindow(_preset.Dimension, ActiveWindow);
        var window = new ProgressWindow();
        var lastSave = state.TrainedSeconds;
        var lastValidation = state.TrainedSeconds;
        using var batches = new ClipBatches(_options.OpenLoader, _preset.DistinctBatches);
        Learn(model);
        while (_preset.Used(state.Step, state.TrainedSeconds) is < 1 and var used && !cancellationToken.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            using var batch = batches.Next(state.Step, _preset.SizeAt(used), cancellationToken);
            var waited = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var factor = LearningRate.Factor(state.Step, _preset.Optimizer.WarmupSteps, used);
            var result = Step(model, optimizer, task, batch, new Random(unchecked((_preset.Seed * 1_000_003) + (int)state.Step)), factor, active, balances);
            balances.Apply(used, factor);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            state = new ClipCheckpoint(state.Step + 1, state.TrainedSeconds + seconds);
            window.Add(result, batch.Count, seconds, waited);
            if (state.Step % ReportEvery == 0)
            {
                report(window.Take(state.Step, state.TrainedSeconds / 60, _preset.Minutes, active.Fraction));
            }

            if (state.TrainedSeconds - lastSave >= _options.CheckpointSeconds)
            {
                ClipCheckpoint.Save(checkpointFolder, state, model, optimizer, balances);
                lastSave = state.TrainedSeconds;
            }

            if (validate is not null && state.TrainedSeconds - lastValidation >= _options.ValidationSeconds)
            {
                model.eval();
                validate(model, state.Step);
                Learn(model);
                lastValidation = state.TrainedSeconds;
            }
        }

        return state;
    }

    private void Learn(SparseClipModel model)
    {
        model.train();
        if (_options.FreezeImage)
        {
            model.trunk.Module.eval();
            model.image_head.eval();
        }
    }

    private StepResult Step(
        SparseClipModel model, AdamW optimizer, ClipTask task, ClipBatch batch, Random random, double factor, ActiveFeatureWindow active, FeatureBalances balances)
    {
        using var scope = NewDisposeScope();
        var step = task.Forward(batch, random);
        var loss = step.Contrastive.Plus(step.Distillation).Plus(step.Naming).Plus(step.Words);
        if (!float.IsFinite(loss.item<float>()))
        {
            throw new TrainingException(
                "The loss is not finite. Lower the learning rates of the preset and run the same command again: it goes on from the last checkpoint.");
        }

        optimizer.ZeroGradients();
        loss.backward();
        var norm = optimizer.ClipGradients(_preset.Optimizer.ClipNorm);
        optimizer.Step(factor);
        model.scale.Clamp();
        active.Add(step.Images);
        var drawn = batch.CountOf(ClipItemKind.Icon) + batch.CountOf(ClipItemKind.Scene);
        balances.Observe(step.Images[..batch.CaptionedCount], step.Captions, drawn);
        return new StepResult(
            step.Contrastive.item<float>(), step.Distillation.item<float>(), step.Naming.item<float>(), step.Words.item<float>(), step.Scale.item<float>(),
            L0.MeanFractionOf(step.Images), L0.MeanFractionOf(step.Captions), norm);
    }
}
