using System.Diagnostics;
using System.Text.Json;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation.Features;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Text;
using TorchSharp;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>
/// Runs the studies of Sparse CLIP (Qin et al., ICLR 2026) with heads over one frozen trunk and one frozen language model, and writes the report. Everything
/// finished is kept in the cache: the same call goes on where it was stopped.
/// </summary>
/// <param name="options">Where to read and write, and the budget.</param>
/// <param name="preset">What all runs share.</param>
/// <param name="report">Called with what is being done.</param>
public sealed class PaperStudy(StudyOptions options, StudyPreset preset, Action<string> report)
{
    private const int ShownFeatures = 12;
    private readonly PaperRuns _runs = new(preset);
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Runs that were trained by this call, and not read from the cache.</summary>
    public int Trained { get; private set; }

    /// <summary>Runs what is missing and writes the report.</summary>
    /// <returns>The page.</returns>
    /// <exception cref="ShardException">The data folder lacks something.</exception>
    /// <exception cref="FileNotFoundException">The trunk or the language model is missing.</exception>
    public string Run(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Minutes);
        var folder = StudyFolder.Open(options, preset);
        var planName = $"plan-{StudyFolder.Hash(JsonSerializer.Serialize(preset) + options.Minutes)}.json";
        var plan = folder.Read<StudyPlan>(planName);
        using var data = Read(folder, plan, cancellationToken, out var shards);
        var runner = new StudyRunner(preset, data, options.Seed);
        if (plan is null)
        {
            plan = new StudyPlan(options.Minutes, shards, preset.Steps ?? Steps(runner));
            folder.Write(planName, plan);
        }

        var results = new List<StudyResult>();
        foreach (var (config, number) in _runs.All.Select((config, number) => (config, number)))
        {
            results.Add(Shared(plan, config, results) ?? Result(folder, plan, data, runner, config, $"run {number + 1} of {_runs.All.Count}: {config.Name}", cancellationToken));
        }

        results.AddRange(Baselines(folder, plan, data, results, cancellationToken));
        report("writing the report");
        return new PaperReport(options, preset, plan, _runs, results, data).Write();
    }

    private StudyData Read(StudyFolder folder, StudyPlan? plan, CancellationToken cancellationToken, out int shards)
    {
        using var trunk = new PretrainedEmbedding(options.TrunkFolder, preset.ImageSize);
        using var states = LanguageModelTextStates.Open(options.LanguageModel, preset.TextLayers);
        var extraction = new StudyExtraction(options, preset, folder, trunk, states, report);
        var openMoji = extraction.Clean(EvaluationFamilies.Final, entry => entry.IsConcreteOf(EvaluationFamilies.Final), cancellationToken);
        var fxEmoji = extraction.Clean(EvaluationFamilies.Choosing, entry => entry.IsConcreteOf(EvaluationFamilies.Choosing), cancellationToken);
        var photographs = extraction.Clean("photographs", entry => entry is { Kind: "photo", Split: "heldout" }, cancellationToken);
        var scenes = extraction.Scenes(cancellationToken);
        var words = extraction.Words(cancellationToken);
        var texts = extraction.Texts([openMoji, fxEmoji, photographs], words, cancellationToken);
        (var train, shards) = extraction.Train(plan?.Shards, options.Minutes * 60 * StudyPlan.ExtractionShare, cancellationToken);
        return new StudyData(train, openMoji, fxEmoji, photographs, scenes, texts, words);
    }

    private int Steps(StudyRunner runner)
    {
        report("timing a step of each kind of run");
        var timed = new Dictionary<(int, int), double>();
        var seconds = _runs.All.Select(config =>
        {
            var kind = (config.Dimension, config.EqualParametersOf);
            return timed.TryGetValue(kind, out var known) ? known : timed[kind] = runner.SecondsAStep(config);
        }).ToList();
        seconds.AddRange(Enumerable.Repeat(timed[(preset.SparseDimension, 0)], 3)); // the autoencoders
        return StudyPlan.StepsWithin((options.Minutes * 60) - Stopwatch.GetElapsedTime(_started).TotalSeconds, seconds, preset);
    }

    /// <summary>A run that differs from a finished one in nothing but the cap, where the scale came near neither cap, is that run step by step; null if there is none.</summary>
    private StudyResult? Shared(StudyPlan plan, StudyConfig config, List<StudyResult> finished)
    {
        var needsClarity = IsInTable(config);
        var same = finished.Find(run => run.Config is { } other && Same(other with { Cap = config.Cap }, config)
            && run.HighestScale < 0.95 * Math.Min(other.Cap, config.Cap) && (run.Interpretability is not null || !needsClarity));
        return same is null ? null : same with
        {
            Name = config.Name,
            Key = Key(plan, config with { Name = "" }),
            Config = config,
            Seconds = 0,
            Modality = null,
            Features = null,
            Interpretability = needsClarity ? same.Interpretability : null,
            Remark = $"the run '{same.Name}', whose scale came near neither cap",
        };
    }

    private bool IsInTable(StudyConfig config) =>
        Same(config, _runs.Sparse) || Same(config, _runs.SparsePlus) || Same(config, _runs.Sparsifiers[0]) || _runs.LowCapped.Any(run => Same(run, config));

    private StudyResult Result(
        StudyFolder folder, StudyPlan plan, StudyData data, StudyRunner runner, StudyConfig config, string what, CancellationToken cancellationToken)
    {
        var key = Key(plan, config with { Name = "" });
        var isSparse = Same(config, _runs.Sparse);
        var kept = Kept(folder, key, config.Name);
        return kept is not null && (kept.Interpretability is not null || !IsInTable(config)) ? kept : Keep(folder, Train());

        StudyResult Train()
        {
            report(what);
            var evolution = new FeatureEvolution(data);
            var trained = runner.Train(
                config, plan.Steps, isSparse ? FeatureEvolution.Shares : [], evolution.Look, step => report($"{what}, step {step} of {plan.Steps}"), cancellationToken);
            using var model = trained.Model;
            if (Same(config, _runs.Dense))
            {
                SafetensorsWriter.Write(folder.FileAt($"dense-{key}.safetensors"), model.state_dict().Select(entry => KeyValuePair.Create(entry.Key, entry.Value)));
            }

            var measurements = new StudyMeasurements(data);
            var embedder = StudyEmbedder.Of(model);
            return new StudyResult(
                config.Name, key, config.Dimension, config, plan.Steps, trained.Seconds, trained.Curve, measurements.Scores(embedder, cancellationToken),
                IsInTable(config) ? measurements.Interpretability(embedder, cancellationToken) : null,
                isSparse ? evolution.Modality : null, isSparse ? evolution.Choose(ShownFeatures) : null);
        }
    }

    private List<StudyResult> Baselines(
        StudyFolder folder, StudyPlan plan, StudyData data, List<StudyResult> results, CancellationToken cancellationToken)
    {
        using var dense = new StudyModel(data.ImageWidth, data.TextWidth, preset, _runs.Dense, options.Seed);
        using (var weights = SafetensorsFile.Open(folder.FileAt($"dense-{Key(plan, _runs.Dense with { Name = "" })}.safetensors")))
        {
            StrictLoader.Load(dense, weights);
        }

        dense.eval();
        var baselines = new StudyBaselines(preset, data, dense, options.Seed);
        var measurements = new StudyMeasurements(data);
        var active = (int)Math.Round(results.First(result => Same(result.Config!, _runs.Sparse)).Scores.L0Count);
        var made = new List<StudyResult>();
        foreach (var (name, config, remark) in baselines.Autoencoders(active))
        {
            made.Add(Measured(name, Key(plan, config), remark, plan.Steps, () => baselines.Fit(config, plan.Steps, step => report($"{name}, step {step} of {plan.Steps}"), cancellationToken)));
        }

        made.Add(Measured("SpLiCE", Key(plan, "splice"), $"{Math.Min(preset.SpliceWords, data.Words.Count)} words, penalty 0.25", 0, baselines.Splice));
        return made;

        StudyResult Measured<TCoder>(string name, string key, string remark, int steps, Func<TCoder> fit)
            where TCoder : ISparseCoder, IDisposable
        {
            if (Kept(folder, key, name) is { } kept)
            {
                return kept;
            }

            report(name);
            var started = Stopwatch.GetTimestamp();
            using var coder = fit();
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            report($"{name}, measuring");
            var embedder = StudyEmbedder.Of(dense, coder);
            return Keep(folder, new StudyResult(
                name, key, coder.Dimension, null, steps, seconds, [], measurements.Scores(embedder, cancellationToken),
                measurements.Interpretability(embedder, cancellationToken), null, null, remark));
        }
    }

    private static StudyResult? Kept(StudyFolder folder, string key, string name) =>
        folder.Read<StudyResult>($"run-{key}.json") is { } kept ? kept with { Name = name } : null;

    private StudyResult Keep(StudyFolder folder, StudyResult result)
    {
        folder.Write($"run-{result.Key}.json", result);
        Trained++;
        return result;
    }

    /// <summary>The hash of everything that a result depends on: not of which other runs there are.</summary>
    private string Key<T>(StudyPlan plan, T what) => StudyFolder.Hash(
        JsonSerializer.Serialize(preset with { Dimensions = [], Caps = [] }) + options.Seed + plan.Shards + "/" + plan.Steps + JsonSerializer.Serialize(what));

    private static bool Same(StudyConfig one, StudyConfig other) => one with { Name = "" } == other with { Name = "" };
}
