using SparseClip.Vlm.Studies.Plots;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Draws the figures of the report, each as PNG and SVG.</summary>
/// <param name="folder">Where to.</param>
internal sealed class PaperPlots(string folder)
{
    /// <summary>A figure's file without extension.</summary>
    public string At(string name) => Path.Combine(folder, name);

    public void Dimension(IReadOnlyList<StudyResult> relu, IReadOnlyList<StudyResult> linear)
    {
        var dimensions = new[] { ("ReLU", relu), ("no ReLU", linear) };
        PlotWriter.Lines(At("o1-accuracy"), new PlotText("Accuracy by number of features", "log2 of the dimension D", "OpenMoji top-1, %"), [.. dimensions.Select(pair =>
            new LineSeries(pair.Item1, Logs(pair.Item2), [.. pair.Item2.Select(run => run.Scores.OpenMoji.Top1 * 100)]))]);
        PlotWriter.Lines(At("o1-l0"), new PlotText("Active features by number of features", "log2 of the dimension D", "log10 of non-zero features a picture"), [.. dimensions.Select(pair =>
            new LineSeries(pair.Item1, Logs(pair.Item2), [.. pair.Item2.Select(run => Math.Log10(Math.Max(run.Scores.L0Count, 0.1)))]))]);
    }

    public void Sparsifiers(IReadOnlyList<StudyResult> runs) =>
        PlotWriter.Lines(At("o2-l0"), new PlotText("Active share on the way", "steps", "non-zero features of a batch, %"), [.. runs.Select(run =>
            new LineSeries(run.Name, [.. run.Curve.Select(point => (double)point.Step)], [.. run.Curve.Select(point => point.L0 * 100)]))]);

    public void Cap(IReadOnlyList<StudyResult> runs)
    {
        double[] caps = [.. runs.Reverse().Select(run => run.Config!.Cap)];
        PlotWriter.Lines(
            At("o3-cap"), new PlotText("The cap of the logit scale", "cap", "%"),
            [
                new LineSeries("L0", caps, [.. runs.Reverse().Select(run => run.Scores.L0Fraction * 100)]),
                new LineSeries("OpenMoji top-1", caps, [.. runs.Reverse().Select(run => run.Scores.OpenMoji.Top1 * 100)]),
            ]);
    }

    public void Accuracy(IReadOnlyList<StudyResult> rows) => PlotWriter.Scatter(
        At("table1"), new PlotText("Accuracy and sparsity", "log10 of non-zero features a picture", "OpenMoji top-1, %"),
        [.. rows.Select(row => new LabelledPoint(row.Name, Math.Log10(Math.Max(row.Scores.L0Count, 0.1)), row.Scores.OpenMoji.Top1 * 100))]);

    public void Modality(IReadOnlyList<ModalityMoment> moments)
    {
        var width = 1.0 / FeatureEvolution.Bins;
        PlotWriter.Lines(
            At("modality"), new PlotText("Modality scores of the sparse run", "modality score: 0 texts only, 1 pictures only", "share of active features, %"),
            [.. moments.Where(moment => moment.Counts.Sum() > 0).Select(moment => new LineSeries(
                $"{moment.Share:P0} of training", [.. moment.Counts.Select((_, bin) => (bin + 0.5) * width)],
                [.. moment.Counts.Select(count => 100.0 * count / moment.Counts.Sum())]))]);
    }

    private static double[] Logs(IReadOnlyList<StudyResult> runs) => [.. runs.Select(run => Math.Log2(run.Dimension))];
}
