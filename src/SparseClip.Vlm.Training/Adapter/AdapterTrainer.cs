using System.Text.Json.Nodes;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Runs;
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
    private readonly AdapterTrainerOptions _options;
    private readonly AdapterPreset _preset;
    private readonly AdapterParts _parts;

    /// <param name="options">Where to read and write.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="parts">The frozen parts; not owned.</param>
    public AdapterTrainer(AdapterTrainerOptions options, AdapterPreset preset, AdapterParts parts) => (_options, _preset, _parts) = (options, preset, parts);

    /// <summary>Trains until the preset's minutes are used up.</summary>
    /// <param name="watch">Who looks on.</param>
    /// <param name="cancellationToken">Ends the run after the running step; its state is saved.</param>
    /// <returns>The path of the trained adapter.</returns>
    /// <exception cref="CheckpointException">A checkpoint or the finished adapter cannot be read or does not fit, or a file cannot be written.</exception>
    /// <exception cref="ConfigurationException">The preset cannot be.</exception>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    public string Train(AdapterWatch watch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(watch);
        _preset.Validate();
        Directory.CreateDirectory(_options.Output);
        var checkpoint = RunCheckpoint.Open(Path.Combine(_options.Output, "checkpoint"), Recipe());
        manual_seed(_preset.Seed);
        using var loader = _options.OpenLoader();
        var words = _options.Vocabulary(loader.Labels);
        watch.Stage($"Encoding {words.Count:N0} words.");
        var concepts = ConceptCodes.Encode(_parts.Texts, words, cancellationToken);
        var codes = new PictureCodes(_parts.Images, new CodeEdits(concepts, loader.Questions, loader.Labels, _preset.Edits));
        using var adapter = checkpoint.Saved is null ? Start(loader, codes, concepts, watch.Stage, cancellationToken) : GoOn(checkpoint, watch.Stage);
        using var task = new AdapterTask(adapter, _parts, _preset, loader, codes);
        var observer = new TrainingObserver
        {
            ReportEvery = ReportEvery, Report = watch.Report, MeasureSeconds = _options.ProbeSeconds, MeasuresStart = true, Measure = state => Probe(state.Step),
        };
        var keeping = new RunKeeping(checkpoint, task, _options.CheckpointSeconds);
        var state = new Trainer<AdapterBatch>(task, _preset.Schedule, observer, keeping).Train(cancellationToken);
        var file = Path.Combine(_options.Output, "adapter.safetensors");
        adapter.Save(file, ScalarType.Float16);
        if (!cancellationToken.IsCancellationRequested)
        {
            Probe(state.Step);
        }

        return file;

        void Probe(long step)
        {
            foreach (var result in watch.Probe?.Measure(task, step) ?? [])
            {
                watch.Measured(result);
            }
        }
    }

    private JsonObject Recipe() => RunRecipe.Of(_preset,
    [
        new("init", _options.Init is { } init ? ContentHash.OfModel(init) : null),
        .. _options.Inputs.Select(input => KeyValuePair.Create(input.Key, (JsonNode?)input.Value)),
    ]);

    private AdapterModel Start(AdapterBatchLoader loader, PictureCodes codes, ConceptCodes concepts, Action<string> stage, CancellationToken cancellationToken)
    {
        if (_options.Init is { } finished)
        {
            stage($"Starting from {finished}.");
            using var some = Collect(Math.Min(PicturesToGoOn, _preset.Start.Pictures));
            return AdapterStart.From(finished, _parts, _preset, some);
        }

        stage($"Encoding {_preset.Start.Pictures:N0} pictures.");
        using var pictures = Collect(_preset.Start.Pictures);
        stage("Starting the adapter in closed form.");
        return AdapterStart.Make(_parts, _preset, concepts, pictures);

        StartPictures Collect(int count) => StartPictures.Collect(loader, batch => codes.Encode(batch).ToDevice(), count, cancellationToken);
    }

    private static AdapterModel GoOn(RunCheckpoint checkpoint, Action<string> stage)
    {
        stage($"Going on from {checkpoint.ModelFile}.");
        var adapter = AdapterModel.Load(checkpoint.ModelFile);
        foreach (var parameter in adapter.parameters())
        {
            parameter.requires_grad = true;
        }

        return adapter;
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
    string? Init = null, double CheckpointSeconds = 240, double ProbeSeconds = 300)
{
    /// <summary>What else the run is made from, by name, as hashes of the content: a run goes on with the same only.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();
}

/// <summary>Who looks on while an adapter is trained. All is called on the training thread.</summary>
/// <param name="Stage">Gets a line when a stage of the preparation begins.</param>
/// <param name="Report">Gets the live line.</param>
/// <param name="Probe">Measured at the start, now and then, and at the end; null for never. Not owned.</param>
/// <param name="Measured">Gets what the probe measured.</param>
public sealed record AdapterWatch(Action<string> Stage, Action<TrainingProgress> Report, AdapterProbe? Probe, Action<Measurement> Measured);
