using System.Runtime.InteropServices;
using System.Text.Json;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Writes <c>index.html</c>, the plots and <c>results.json</c>.</summary>
/// <param name="options">Where to, and the command.</param>
/// <param name="preset">What all runs shared.</param>
/// <param name="plan">What followed from the budget.</param>
/// <param name="runs">Which run is which.</param>
/// <param name="results">All finished runs and baselines.</param>
/// <param name="data">For numbers of pictures and the gallery; not owned.</param>
public sealed class PaperReport(StudyOptions options, StudyPreset preset, StudyPlan plan, PaperRuns runs, IReadOnlyList<StudyResult> results, StudyData data)
{
    /// <summary>Where and how a study ran.</summary>
    /// <param name="Command">The command line.</param>
    /// <param name="Budget">Minutes.</param>
    /// <param name="TrainingMinutes">What all runs trained, together.</param>
    /// <param name="Seed">Of everything random.</param>
    /// <param name="Steps">Of every run.</param>
    /// <param name="Batch">Pairs a step.</param>
    /// <param name="DrawnPictures">Training pictures that the runs read.</param>
    /// <param name="Machine">Processor type and count, system, type of the products.</param>
    public sealed record Provenance(string Command, double Budget, double TrainingMinutes, int Seed, int Steps, int Batch, int DrawnPictures, string Machine);

    /// <summary>A part of the report.</summary>
    public sealed record Section(string Title, IReadOnlyList<Finding> Findings);

    /// <summary>Writes everything.</summary>
    /// <returns>The page.</returns>
    public string Write()
    {
        Directory.CreateDirectory(options.Output);
        var plots = new PaperPlots(options.Output);
        var (relu, linear, capped) = (All(runs.Expanded), All(runs.Linear), All(runs.Capped));
        var sparsifiers = All(runs.Sparsifiers);
        var (dense, sparse, plus) = (Of(runs.Dense), Of(runs.Sparse), Of(runs.SparsePlus));
        StudyResult[] lowCapped = [.. All(runs.LowCapped).Where(run => run.MetCap)];
        StudyResult[] fitted = [.. results.Where(result => result.Config is null)];
        StudyResult[] table = [dense, sparse, plus, .. fitted];
        plots.Dimension(relu, linear);
        plots.Sparsifiers(sparsifiers);
        plots.Cap(capped);
        plots.Accuracy(table);
        plots.Modality([.. sparse.Modality!.Where(moment => moment.Share is 0.01 or 0.1 or 1)]);

        Section[] sections =
        [
            new("O1: more features, with ReLU and without", ObservationFindings.Dimension(relu, linear)),
            new("O2: ReLU, L1 and TopK in the same loss", ObservationFindings.Sparsifiers(sparsifiers[0], sparsifiers.Skip(1).ToArray())),
            new("O3: the cap of the logit scale", ObservationFindings.Cap(capped)),
            new("Controls: ReLU or parameters?", ObservationFindings.Controls(dense, Without(preset.SparseDimension), Of(runs.FullRank), Of(runs.LowRank))),
            new("Table 1: accuracy and retrieval", TableFindings.Accuracy(dense, sparse, plus, fitted)),
            new("Table 3a: Clarity", TableFindings.Clarity(sparse, plus, lowCapped, fitted)),
            new("Modality scores", TableFindings.Modality(sparse.Modality!)),
        ];
        var provenance = new Provenance(
            options.Command, options.Minutes, results.Sum(result => result.Seconds) / 60, options.Seed, plan.Steps, preset.Batch, data.Train.Count, Machine());
        StudyFolder.WriteText(
            Path.Combine(options.Output, "results.json"), JsonSerializer.Serialize(new { provenance, preset, sections, results }, StudyFolder.Json));
        var page = new PaperPage(options.Output, provenance, sections);
        string[] bodies =
        [
            PaperTables.Runs("Runs of the first observation (cap 100)", [.. relu, .. linear])
                + page.Figure("o1-accuracy", "OpenMoji top-1 by dimension, with ReLU and without.") + page.Figure("o1-l0", "Non-zero features of a picture by dimension, with ReLU and without."),
            PaperTables.Runs($"Runs of the second observation (D {preset.SparseDimension}, cap 100; L1 weight {preset.L1Weight}, chosen beforehand)", sparsifiers)
                + page.Figure("o2-l0", "The share of non-zero features of a training batch over the steps, for ReLU, ReLU + L1 and ReLU + TopK."),
            PaperTables.Runs($"Runs of the third observation (D {preset.SparseDimension}); shared: the same run as one above or in another table, because its scale came near neither cap", capped) + page.Figure("o3-cap", "L0 and OpenMoji top-1 by the cap of the logit scale."),
            PaperTables.Runs("Controls (cap 100)", [dense, Without(preset.SparseDimension), Of(runs.FullRank), Of(runs.LowRank)]),
            PaperTables.Accuracy(table) + page.Figure("table1", "OpenMoji top-1 against the number of non-zero features, for every row of the table."),
            PaperTables.Interpretability([sparse, plus, .. lowCapped, sparsifiers[0], .. fitted]),
            page.Figure("modality", "Modality scores of the sparse run's active features after 1%, 10% and all of the training."),
        ];
        var path = Path.Combine(options.Output, "index.html");
        StudyFolder.WriteText(path, page.Write(bodies, new FeatureGallery(data).Html(sparse.Features ?? []), PaperTables.Settings(preset, plan, data)));
        return path;
    }

    private StudyResult[] All(IReadOnlyList<StudyConfig> configs) => [.. configs.Select(Of)];

    /// <summary>The result of a variant, under the name that the section uses.</summary>
    private StudyResult Of(StudyConfig config) => results.First(result => result.Config is { } own && own with { Name = "" } == config with { Name = "" }) with { Name = config.Name };

    /// <summary>Without ReLU at a dimension, or at the nearest one that was run.</summary>
    private StudyResult Without(int dimension) => Of(runs.Linear.MinBy(config => Math.Abs(config.Dimension - dimension))!);

    private static string Machine() =>
        $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, "
        + $"products in {FastPrecision.Fastest.ToString().ToLowerInvariant()}";
}
