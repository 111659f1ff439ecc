using System.Globalization;
using static SparseClip.Vlm.Studies.Paper.ObservationFindings;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Sentences about the paper's tables 1 and 3a and its modality scores, made from the numbers alone.</summary>
public static class TableFindings
{
    /// <summary>Table 1: sparse against dense, and against what is fitted to dense afterwards.</summary>
    /// <param name="dense">The dense twin.</param>
    /// <param name="sparse">Cap 50.</param>
    /// <param name="plus">Cap 40.</param>
    /// <param name="fitted">Autoencoders and SpLiCE over the dense twin.</param>
    public static IReadOnlyList<Finding> Accuracy(StudyResult dense, StudyResult sparse, StudyResult plus, IReadOnlyList<StudyResult> fitted)
    {
        var count = dense.Scores.OpenMoji.Pictures;
        var zeroShot = Comparison.Shares(sparse.Scores.OpenMoji.Top1, dense.Scores.OpenMoji.Top1, count);
        var retrieval = Comparison.Shares(
            sparse.Scores.SceneRetrieval.TextToImageAt1, dense.Scores.SceneRetrieval.TextToImageAt1, dense.Scores.SceneRetrieval.Pairs);
        var best = fitted.MaxBy(result => result.Scores.OpenMoji.Top1)!;
        var better = Comparison.Shares(sparse.Scores.OpenMoji.Top1, best.Scores.OpenMoji.Top1, count);
        int[] orders = [.. fitted.Select(result => Comparison.Shares(result.Scores.OpenMoji.Top1, dense.Scores.OpenMoji.Top1, count))];
        var (lost, gained) = (orders.Count(order => order < 0), orders.Count(order => order > 0));
        return
        [
            Comparison.Expect(
                zeroShot, 0,
                $"Zero-shot on OpenMoji, the sparse run reached {Percent(sparse.Scores.OpenMoji.Top1)} with {sparse.Scores.L0Count:0} of {sparse.Dimension:N0} features active, the dense twin {Percent(dense.Scores.OpenMoji.Top1)}",
                "sparse is as accurate as dense"),
            Comparison.Judged(
                plus.Scores.L0Count < sparse.Scores.L0Count ? Verdict.Agrees : plus.Scores.L0Count > sparse.Scores.L0Count ? Verdict.Differs : Verdict.Undecided,
                $"Cap 40 left {plus.Scores.L0Count:0} features active, cap 50 {sparse.Scores.L0Count:0}", "cap 40 is the sparser one"),
            Comparison.Expect(
                retrieval, -1,
                $"Finding a scene of two things by its caption, sparse was right at once in {Percent(sparse.Scores.SceneRetrieval.TextToImageAt1)} and dense in {Percent(dense.Scores.SceneRetrieval.TextToImageAt1)} of {dense.Scores.SceneRetrieval.Pairs}",
                "sparse loses on retrieval, where captions name several things"),
            Comparison.Judged(
                gained > 0 ? Verdict.Differs : lost > 0 ? Verdict.Agrees : Verdict.Undecided,
                $"Of {fitted.Count} dictionaries fitted to the dense twin, {lost} lost accuracy on OpenMoji beyond the noise of the sample and {gained} gained; the best is {best.Name} with {Percent(best.Scores.OpenMoji.Top1)}",
                "what is fitted afterwards costs accuracy"),
            Comparison.Expect(
                better, 1, $"Against that best one the sparse run reached {Percent(sparse.Scores.OpenMoji.Top1)}", "sparsity that is trained in beats sparsity that is fitted afterwards"),
        ];
    }

    /// <summary>Table 3a: do the pictures of a feature look alike?</summary>
    public static IReadOnlyList<Finding> Clarity(StudyResult sparse, StudyResult plus, IReadOnlyList<StudyResult> lowCapped, IReadOnlyList<StudyResult> fitted)
    {
        var autoencoders = fitted.Where(result => result.Steps > 0 && result.Interpretability?.Clarity is not null).ToList(); // SpLiCE is not trained
        var baseline = sparse.Interpretability?.Baseline;
        if (sparse.Interpretability?.Clarity is not { } clear || plus.Interpretability?.Clarity is not { } clearer || baseline is null || autoencoders.Count == 0)
        {
            return [new Finding(Verdict.Undecided, "Too few features had two pictures for Clarity to be measured.")];
        }

        var best = autoencoders.MaxBy(result => result.Interpretability!.Clarity)!;
        var active = autoencoders.MaxBy(result => result.Interpretability!.ActiveFraction)!;
        var lower = lowCapped.Where(result => result.Interpretability?.Clarity is not null).ToList();
        Finding[] below = [];
        if (lower.Count > 0)
        {
            var list = string.Join(", ", lower.Select(run => $"{run.Config!.Cap:0}: {Number(run.Interpretability!.Clarity!.Value)} at L0 {run.Scores.L0Count:0}"));
            var clearest = lower.MaxBy(run => run.Interpretability!.Clarity)!;
            below =
            [
                Ordered(clearest.Interpretability!.Clarity!.Value, clear, $"Runs that met a lower cap: {list}; sparse has {Number(clear)} at L0 {sparse.Scores.L0Count:0}", "a lower cap gives clearer features"),
                Ordered(
                    clearest.Interpretability.Clarity.Value, best.Interpretability!.Clarity!.Value,
                    $"The clearest of them, cap {clearest.Config!.Cap:0}, has {Number(clearest.Interpretability.Clarity.Value)} at L0 {clearest.Scores.L0Count:0}, the clearest autoencoder {Number(best.Interpretability.Clarity.Value)} at L0 {best.Scores.L0Count:0}",
                    "sparse is clearer than autoencoders"),
            ];
        }

        return
        [
            Ordered(clear, baseline.Value, $"Sparse has a Clarity of {Number(clear)}, any two pictures {Number(baseline.Value)}", "features are clearer than chance"),
            Ordered(clear, best.Interpretability!.Clarity!.Value, $"The clearest autoencoder is {best.Name} with {Number(best.Interpretability.Clarity.Value)} against sparse with {Number(clear)}", "sparse is clearer than autoencoders"),
            Ordered(clearer, clear, $"Sparse+ has {Number(clearer)}", "sparse+ is clearer than sparse"),
            Ordered(
                sparse.Interpretability!.ActiveFraction, active.Interpretability!.ActiveFraction,
                $"{Percent(sparse.Interpretability.ActiveFraction)} of the sparse run's features were ever active, of the autoencoders' at most {Percent(active.Interpretability.ActiveFraction)} ({active.Name})",
                "more of its features are in use"),
            .. below,
        ];
    }

    /// <summary>Are features shared by pictures and texts, and from when on?</summary>
    /// <param name="moments">Ascending by share of the training.</param>
    public static IReadOnlyList<Finding> Modality(IReadOnlyList<ModalityMoment> moments)
    {
        return [Judge(moments[^1], "at the end", "most features are multimodal"), Judge(moments[0], $"after {Percent(moments[0].Share)} of the training", "they are so from 1% of training on")];

        static Finding Judge(ModalityMoment moment, string when, string paper) => moment.BothFraction is { } both
            ? Comparison.Judged(both > 0.5 ? Verdict.Agrees : Verdict.Differs, $"{Percent(both)} of the active features had a modality score between 0.1 and 0.9 {when} (mean {Number(moment.Mean ?? double.NaN)})", paper)
            : new Finding(Verdict.Undecided, $"No feature was active {when}.");
    }

    private static Finding Ordered(double one, double other, string text, string paper) =>
        Comparison.Judged(one > other ? Verdict.Agrees : one < other ? Verdict.Differs : Verdict.Undecided, text, paper);

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
