using System.Text.Json.Nodes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Training.Adapter;
using SparseClip.Vlm.Training.Runs;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Language;

/// <summary>
/// Trains a language adapter behind a frozen tower and adapter: resumable by the same call, checkpointed every few minutes, stopped cleanly by the token (the last state is then
/// saved as well).
/// </summary>
/// <param name="options">Where to read and write.</param>
/// <param name="preset">The recipe.</param>
/// <param name="parts">The frozen parts; not owned.</param>
public sealed class LanguageTrainer(LanguageTrainerOptions options, LanguagePreset preset, LanguageParts parts)
{
    /// <summary>The file that a run leaves.</summary>
    public const string FileName = "language-adapter.gguf";

    private const int ReportEvery = 5;

    /// <summary>Trains until the preset's minutes are used up.</summary>
    /// <param name="watch">Who looks on.</param>
    /// <param name="cancellationToken">Ends the run after the running step; its state is saved.</param>
    /// <returns>The path of the trained language adapter.</returns>
    /// <exception cref="CheckpointException">A checkpoint cannot be read or does not fit, or a file cannot be written.</exception>
    /// <exception cref="ConfigurationException">The preset cannot be.</exception>
    /// <exception cref="GgufException">The language adapter to start from cannot be read or has another shape.</exception>
    /// <exception cref="TrainingException">The loss is not finite, or no picture's label is a concept.</exception>
    public string Train(LanguageWatch watch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(watch);
        preset.Validate();
        Directory.CreateDirectory(options.Output);
        var checkpoint = RunCheckpoint.Open(Path.Combine(options.Output, "checkpoint"), Recipe());
        manual_seed(preset.Seed);
        var (samples, edits) = Samples(watch.Stage, cancellationToken);
        using var lora = new LlamaLora(parts.Parts.Language, preset.Lora, preset.Seed);
        if (options.Init is { } init)
        {
            watch.Stage($"Starting from {init}.");
            lora.Read(init);
        }

        var task = new LanguageTask(parts, preset, lora, samples);
        var observer = new TrainingObserver
        {
            ReportEvery = ReportEvery, Report = watch.Report, MeasureSeconds = options.ProbeSeconds, Measure = state => Probe(task, state.Step),
        };
        var keeping = new RunKeeping(checkpoint, task, options.CheckpointSeconds);
        var state = new Trainer<LanguageBatch>(task, preset.Schedule, observer, keeping).Train(cancellationToken);
        var file = Path.Combine(options.Output, FileName);
        lora.Write(file);
        if (!cancellationToken.IsCancellationRequested)
        {
            Probe(task, state.Step);
        }

        return file;

        void Probe(LanguageTask task, long step)
        {
            foreach (var result in watch.Probe?.Measure(task, edits, step) ?? [])
            {
                watch.Measured(result);
            }
        }
    }

    private JsonObject Recipe() => RunRecipe.Of(preset,
    [
        new("init", options.Init is { } init ? ContentHash.Of(init) : null),
        .. options.Inputs.Select(input => KeyValuePair.Create(input.Key, (JsonNode?)input.Value)),
    ]);

    private (LanguageSamples Samples, CodeEdits Edits) Samples(Action<string> stage, CancellationToken cancellationToken)
    {
        using var loader = options.OpenLoader();
        stage($"Encoding {options.Nouns.Count:N0} nouns.");
        var nouns = Nouns(cancellationToken);
        ConceptCode[] all = [.. parts.Concepts, .. nouns];
        var concepts = new ConceptCodes([.. all.Select(concept => concept.Word)], [.. all.Select(concept => concept.Code)]);
        var edits = new CodeEdits(concepts, loader.Questions, loader.Labels, new AdapterEditOptions(0, preset.Samples.MostFeatures, preset.Samples.LeastStrength, preset.Samples.MostStrength, 0));
        stage($"Encoding {preset.Pictures.Count:N0} pictures.");
        var known = parts.Concepts.Select(concept => concept.Word).ToHashSet(StringComparer.Ordinal);
        var pictures = KeptPictures.Collect(loader, new PictureCodes(parts.Parts.Images, edits), preset.Pictures.Count, null, cancellationToken);
        KeptPicture[] usable = [.. pictures.Where(picture => picture.Sample.Labels.Count <= 2 && picture.Sample.Labels.All(known.Contains))];
        if (usable.Length == 0)
        {
            throw new TrainingException($"None of {pictures.Count} training pictures has a label that is a concept; encode the concepts from the same data folder.");
        }

        var samples = new LanguageSamples(usable, edits, parts.Concepts, nouns, parts.Parts.Images.Attributes, options.Relations, preset.Samples);
        var (first, both) = samples.Reading;
        stage(FormattableString.Invariant($"{usable.Length:N0} pictures of things that are concepts: the first word is right in {first:P0} of one thing, both are said in {both:P0} of two."));
        return (samples, edits);
    }

    /// <summary>The nouns with codes of length 1; those that activate nothing are left out.</summary>
    private ConceptCode[] Nouns(CancellationToken cancellationToken)
    {
        var codes = options.Nouns.Count == 0 ? [] : parts.Parts.Texts.EncodeConcepts(options.Nouns, cancellationToken);
        var attributes = parts.Parts.Images.Attributes;
        return [.. options.Nouns.Zip(codes.Select(code => attributes?.Without(code) ?? code)).Where(pair => pair.Second.L0 > 0).Select(pair => new ConceptCode(pair.First, pair.Second.ToUnit()))];
    }
}

/// <summary>Where a training run reads and writes.</summary>
/// <param name="Output">The run's folder.</param>
/// <param name="OpenLoader">Opens the loader, not started.</param>
/// <param name="Nouns">Words beside the concepts.</param>
/// <param name="Relations">Other and wider words; null for none.</param>
/// <param name="Init">A finished language adapter of the same shape to start from; null for none.</param>
/// <param name="CheckpointSeconds">Training time between checkpoints.</param>
/// <param name="ProbeSeconds">Training time between probes.</param>
public sealed record LanguageTrainerOptions(
    string Output, Func<AdapterBatchLoader> OpenLoader, IReadOnlyList<string> Nouns, IWordRelations? Relations, string? Init = null, double CheckpointSeconds = 240, double ProbeSeconds = 3600)
{
    /// <summary>What else the run is made from, by name, as hashes of the content: a run goes on with the same only.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();
}

/// <summary>Who looks on while a language adapter is trained. All is called on the training thread.</summary>
/// <param name="Stage">Gets a line when a stage of the preparation begins.</param>
/// <param name="Report">Gets the live line.</param>
/// <param name="Probe">Measured now and then, and at the end; null for never. Not owned.</param>
/// <param name="Measured">Gets what the probe measured.</param>
public sealed record LanguageWatch(Action<string> Stage, Action<TrainingProgress> Report, LanguageProbe? Probe, Action<Measurement> Measured);
