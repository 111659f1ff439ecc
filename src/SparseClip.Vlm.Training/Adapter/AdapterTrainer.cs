using System.Diagnostics;
using System.Runtime.InteropServices;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>
/// Trains an adapter between a frozen tower and a frozen language model (the first stage of Sparse CLIP, section 4): resumable by the same call,
/// checkpointed every few minutes, stopped cleanly by the token (the last state is then saved as well).
/// </summary>
public sealed class AdapterTrainer
{
    private const int ReportEvery = 10;
    private const int PicturesToGoOn = 512;
    private const long EditStream = 7919; // apart from the loader's streams of the same seed
    private readonly AdapterTrainerOptions _options;
    private readonly AdapterPreset _preset;
    private readonly AdapterParts _parts;

    /// <param name="options">Where to read and write.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="parts">The frozen parts; not owned.</param>
    public AdapterTrainer(AdapterTrainerOptions options, AdapterPreset preset, AdapterParts parts) => (_options, _preset, _parts) = (options, preset, parts);

    /// <summary>Trains until the preset's minutes are used up.</summary>
    /// <param name="stage">Gets a line when a stage of the preparation begins.</param>
    /// <param name="report">Gets the live line.</param>
    /// <param name="probe">Measured at the start, now and then, and at the end; null for never.</param>
    /// <param name="probed">Gets what the probe measured.</param>
    /// <param name="cancellationToken">Ends the run after the running step; its state is saved.</param>
    /// <returns>The path of the trained adapter.</returns>
    /// <exception cref="CheckpointException">A checkpoint or the finished adapter cannot be read or does not fit, or a file cannot be written.</exception>
    public string Train(
        Action<string> stage, Action<AdapterProgress> report, AdapterProbe? probe, Action<AdapterProbeResult> probed, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.Output);
        manual_seed(_preset.Seed);
        var checkpoint = Path.Combine(_options.Output, "checkpoint");
        using var loader = _options.OpenLoader();
        var words = _options.Vocabulary(loader.Labels);
        stage($"Encoding {words.Count:N0} words.");
        var concepts = ConceptCodes.Encode(_parts.Texts, words, cancellationToken);
        var edits = new CodeEdits(concepts, loader.Questions, loader.Labels, _preset.Edits);
        var saved = AdapterCheckpoint.AdapterOf(checkpoint);
        using var adapter = saved is null
            ? Start(loader, edits, concepts, stage, cancellationToken)
            : Resume(saved, loader, edits, stage, cancellationToken);
        using var optimizer = new AdamW(_preset.Optimizer.WeightDecay);
        foreach (var (name, parameter) in adapter.named_parameters())
        {
            optimizer.Add([(name, parameter)], name == "first.weight" ? _preset.Optimizer.FirstLayerRate : _preset.Optimizer.Rate);
        }

        var state = saved is null
            ? new AdapterCheckpoint(0, 0)
            : AdapterCheckpoint.Load(checkpoint, adapter, optimizer);
        var dialogues = new DialogueEncoder(_parts.Tokenizer);
        using var task = new AdapterTask(_parts.Language, dialogues.Beginning, _preset.Batch.MicroBatch);

        void Probe(long step)
        {
            foreach (var result in probe?.Measure(adapter, task, _parts, dialogues, edits, step) ?? [])
            {
                probed(result);
            }
        }

        Probe(state.Step);
        loader.Start(state.Step);
        var (window, lastSave, lastProbe) = (new AdapterWindow(), state.TrainedSeconds, state.TrainedSeconds);
        var total = _preset.Minutes * 60;
        while (state.TrainedSeconds < total && !cancellationToken.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            using var batch = loader.Next(cancellationToken);
            var waited = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var factor = LearningRate.Factor(state.Step, _preset.Optimizer.WarmupSteps, state.TrainedSeconds / total);
            var (loss, norm) = Step(adapter, optimizer, task, dialogues, edits, batch, factor);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            state = new AdapterCheckpoint(state.Step + 1, state.TrainedSeconds + seconds);
            window.Add(loss, norm, batch.Count, seconds, waited);
            if (state.Step % ReportEvery == 0)
            {
                report(window.Take(state.Step, state.TrainedSeconds / 60, _preset.Minutes));
            }

            if (state.TrainedSeconds - lastSave >= _options.CheckpointSeconds)
            {
                AdapterCheckpoint.Save(checkpoint, state, adapter, optimizer);
                lastSave = state.TrainedSeconds;
            }

            if (state.TrainedSeconds - lastProbe >= _options.ProbeSeconds)
            {
                Probe(state.Step);
                lastProbe = state.TrainedSeconds;
            }
        }

        AdapterCheckpoint.Save(checkpoint, state, adapter, optimizer);
        var file = Path.Combine(_options.Output, "adapter.safetensors");
        adapter.Save(file, ScalarType.Float16);
        if (!cancellationToken.IsCancellationRequested)
        {
            Probe(state.Step);
        }

        return file;
    }

    private AdapterModel Start(AdapterBatchLoader loader, CodeEdits edits, ConceptCodes concepts, Action<string> stage, CancellationToken cancellationToken)
    {
        if (_options.Init is { } finished)
        {
            stage($"Starting from {finished}.");
            using var some = StartPictures.Collect(loader, batch => Encode(batch, edits).ToDevice(), Math.Min(PicturesToGoOn, _preset.Start.Pictures), cancellationToken);
            return AdapterStart.From(finished, _parts, _preset, some);
        }

        stage($"Encoding {_preset.Start.Pictures:N0} pictures.");
        using var pictures = StartPictures.Collect(loader, batch => Encode(batch, edits).ToDevice(), _preset.Start.Pictures, cancellationToken);
        stage("Starting the adapter in closed form.");
        return AdapterStart.Make(_parts, _preset, concepts, pictures);
    }

    /// <summary>The adapter so far. The edits still need to see some pictures, for the units of their strengths.</summary>
    private AdapterModel Resume(string saved, AdapterBatchLoader loader, CodeEdits edits, Action<string> stage, CancellationToken cancellationToken)
    {
        stage($"Going on from {saved}.");
        StartPictures.Collect(loader, batch => Encode(batch, edits).ToDevice(), Math.Min(PicturesToGoOn, _preset.Start.Pictures), cancellationToken).Dispose();
        var adapter = AdapterModel.Load(saved);
        foreach (var parameter in adapter.parameters())
        {
            parameter.requires_grad = true;
        }

        return adapter;
    }

    /// <summary>The codes of a batch in the host's memory, where they are edited. [B, 1 + patches, D]</summary>
    private Tensor Encode(AdapterBatch batch, CodeEdits edits)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var pixels = PixelTensor.Of(batch.Pixels, batch.Count, batch.Size);
        var codes = _parts.Images.PooledAndPatches(pixels).contiguous().ToHost();
        var values = MemoryMarshal.Cast<byte, float>(codes.bytes);
        var perPicture = values.Length / batch.Count;
        for (var i = 0; i < batch.Count; i++)
        {
            edits.Observe(values.Slice(i * perPicture, _parts.Images.Dimension));
        }

        return codes.MoveToOuterDisposeScope();
    }

    private (AdapterLoss Loss, double Norm) Step(
        AdapterModel adapter, AdamW optimizer, AdapterTask task, DialogueEncoder dialogues, CodeEdits edits, AdapterBatch batch, double factor)
    {
        using var scope = NewDisposeScope();
        var codes = Encode(batch, edits);
        var values = MemoryMarshal.Cast<byte, float>(codes.bytes);
        var perPicture = values.Length / batch.Count;
        var told = new DialogueSample[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            told[i] = edits.Apply(values.Slice(i * perPicture, perPicture), batch.Samples[i], new SeededRandom(_preset.Seed + EditStream, batch.Step, i));
        }

        optimizer.ZeroGradients();
        var loss = task.Backward(adapter, codes.ToDevice(), [.. told.Select(sample => dialogues.Encode(sample.Turns))]);
        if (!double.IsFinite(loss.Loss))
        {
            throw new TrainingException(
                "The loss is not finite. Lower the learning rate of the preset and run the same command again: it goes on from the last checkpoint.");
        }

        var norm = optimizer.ClipGradients(_preset.Optimizer.ClipNorm);
        optimizer.Step(factor);
        return (loss, norm);
    }
}

/// <summary>Where a training run reads and writes.</summary>
/// <param name="Output">The run's folder.</param>
/// <param name="OpenLoader">Opens the loader, not started.</param>
/// <param name="Vocabulary">The vocabulary for given labels.</param>
/// <param name="Init">A finished adapter to start from; null for the start in closed form.</param>
/// <param name="CheckpointSeconds">Training time between checkpoints.</param>
/// <param name="ProbeSeconds">Training time between probes.</param>
public sealed record AdapterTrainerOptions(
    string Output, Func<AdapterBatchLoader> OpenLoader, Func<IReadOnlyList<string>, IReadOnlyList<string>> Vocabulary,
    string? Init = null, double CheckpointSeconds = 240, double ProbeSeconds = 300);
