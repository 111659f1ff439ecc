using static SparseClip.Vlm.Studies.Paper.HtmlText;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>The tables of the report.</summary>
internal static class PaperTables
{
    private const int MeaningfulSteps = 200;

    /// <summary>A line a run.</summary>
    public static string Runs(string caption, IReadOnlyList<StudyResult> runs) => Table(
        caption,
        ["run", "L0", "L0 share", "OpenMoji top-1", "top-5", "photographs top-1", "top-5", "last loss", "scale", "seconds"],
        runs.Select(run => (IReadOnlyList<string>)
        [
            run.Name, Number(run.Scores.L0Count, "0.0"), Percent(run.Scores.L0Fraction),
            Percent(run.Scores.OpenMoji.Top1), Percent(run.Scores.OpenMoji.Top5), Percent(run.Scores.Photographs.Top1), Percent(run.Scores.Photographs.Top5),
            Number(run.Curve[^1].Loss, "0.00"), Number(run.Curve[^1].Scale, "0.0"), run.Seconds > 0 ? Number(run.Seconds, "0") : "shared",
        ]));

    /// <summary>The paper's table 1.</summary>
    public static string Accuracy(IReadOnlyList<StudyResult> rows)
    {
        var scores = rows[0].Scores;
        return Table(
            $"Zero-shot among {scores.OpenMoji.Labels} labels ({scores.OpenMoji.Pictures} pictures of OpenMoji), {scores.Photographs.Labels} ({scores.Photographs.Pictures} held-out photographs) and "
            + $"{scores.FxEmoji.Labels} ({scores.FxEmoji.Pictures} FxEmojis); retrieval among {scores.PhotographRetrieval.Pairs} photographs and {scores.SceneRetrieval.Pairs} scenes of two things "
            + "(TR: text for a picture, IR: picture for a text)",
            ["model", "L0", "L0 share", "OpenMoji top-1", "top-5", "photographs top-1", "top-5", "FxEmojis top-1", "photographs TR@1", "TR@5", "IR@1", "IR@5", "scenes TR@1", "TR@5", "IR@1", "IR@5"],
            rows.Select(row => (IReadOnlyList<string>)
            [
                row.Name, Number(row.Scores.L0Count, "0.0"), Percent(row.Scores.L0Fraction),
                Percent(row.Scores.OpenMoji.Top1), Percent(row.Scores.OpenMoji.Top5), Percent(row.Scores.Photographs.Top1), Percent(row.Scores.Photographs.Top5), Percent(row.Scores.FxEmoji.Top1),
                .. new[] { row.Scores.PhotographRetrieval, row.Scores.SceneRetrieval }.SelectMany(score =>
                    new[] { score.ImageToTextAt1, score.ImageToTextAt5, score.TextToImageAt1, score.TextToImageAt5 }).Select(Percent),
            ]));
    }

    /// <summary>The paper's table 3a.</summary>
    public static string Interpretability(IReadOnlyList<StudyResult> rows) => Table(
        $"Clarity in the pooled vector of the untouched trunk (any two pictures: {Number(rows[0].Interpretability?.Baseline, "0.000")}); a feature counts as active above 0.001",
        ["model", "Clarity", "measured features", "ever active", "L0", "D", "settings"],
        rows.Where(row => row.Interpretability is not null).Select(row => (IReadOnlyList<string>)
        [
            row.Name, Number(row.Interpretability!.Clarity, "0.000"), Number(row.Interpretability.MeasuredFeatures, "0"), Percent(row.Interpretability.ActiveFraction),
            Number(row.Interpretability.L0Count, "0.0"), Number(row.Dimension, "0"), row.Remark ?? "",
        ]));

    /// <summary>How all runs were made.</summary>
    public static string Settings(StudyPreset preset, StudyPlan plan, StudyData data) =>
        $"<p>All runs share one frozen trunk (EfficientNet-Lite0 as published, {preset.ImageSize} px, pooled) and one frozen reader of texts (means of the states {string.Join(" and ", preset.TextLayers)} of the language "
        + $"model), and train two heads: the image projection, and a text perceptron with its projection. Each run saw the same {plan.Steps:N0} batches of {preset.Batch} pairs without a repeated label, drawn from "
        + $"{data.Train.Count:N0} augmented training pictures ({data.Train.Pictures.Count(picture => picture.Kind == "icon"):N0} icons, {data.Train.Pictures.Count(picture => picture.Kind == "scene"):N0} scenes, "
        + $"{data.Train.Pictures.Count(picture => picture.Kind == "photo"):N0} photographs); AdamW at {preset.Rate}, the loss that of CLIP, no distillation. Runs with ReLU start from biases of {preset.Bias}, which is "
        + "a departure from the paper (within a short training sparsity does not come about without it), except those of the second observation, which start from 0 as the paper does.</p>\n"
        + "<p>Compared with the paper: no learning of the trunk, small data, one seed. A difference between two shares counts only if it exceeds 1.96 standard errors of the two samples; the spread between seeds "
        + "is not measured. No setting was chosen by a set that is shown here. OpenMoji is in no training; of the photographs a tenth is held out.</p>\n"
        + (plan.Steps < MeaningfulSteps ? $"<p><strong>{plan.Steps:N0} steps are a test of the machinery and say nothing about the paper: give a larger budget.</strong></p>\n" : "");
}
