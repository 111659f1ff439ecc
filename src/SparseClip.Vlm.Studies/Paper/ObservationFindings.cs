using System.Globalization;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Sentences about the paper's three observations and the controls (Sparse CLIP, section 2), made from the numbers alone.</summary>
public static class ObservationFindings
{
    /// <summary>O1: what the dimension does with ReLU and without.</summary>
    /// <param name="relu">With ReLU, ascending by dimension.</param>
    /// <param name="linear">Without, of the same dimensions.</param>
    public static IReadOnlyList<Finding> Dimension(IReadOnlyList<StudyResult> relu, IReadOnlyList<StudyResult> linear)
    {
        var (small, large, plain, wide) = (relu[0], relu[^1], linear[0], linear[^1]);
        var count = small.Scores.OpenMoji.Pictures;
        var withRelu = Comparison.Shares(Top1(large), Top1(small), count);
        var without = Comparison.Shares(Top1(wide), Top1(plain), count);
        var unexpanded = Comparison.Shares(Top1(small), Top1(plain), count);
        var falls = large.Scores.L0Fraction < small.Scores.L0Fraction;
        var (growth, expansion) = (Ratio(large.Scores.L0Count, relu[^2].Scores.L0Count), Ratio(large.Dimension, relu[^2].Dimension));
        return
        [
            Comparison.Expect(
                withRelu, 1, $"With ReLU, OpenMoji top-1 went from {Percent(Top1(small))} at D {small.Dimension:N0} to {Percent(Top1(large))} at D {large.Dimension:N0} ({Comparison.Word(withRelu)})",
                "accuracy rises with the dimension"),
            Comparison.Judged(
                without > 0 ? Verdict.Differs : Verdict.Agrees,
                $"Without ReLU it went from {Percent(Top1(plain))} to {Percent(Top1(wide))} ({Comparison.Word(without)}), with {Percent(wide.Scores.L0Fraction)} of the features non-zero",
                "without ReLU, expansion alone brings nothing and every feature stays active"),
            Comparison.Expect(
                unexpanded, -1, $"ReLU without expansion reached {Percent(Top1(small))} and the dense twin {Percent(Top1(plain))}", "ReLU without expansion hurts"),
            Comparison.Judged(
                falls ? Verdict.Agrees : Verdict.Differs,
                $"With ReLU the active share went from {Percent(small.Scores.L0Fraction)} to {Percent(large.Scores.L0Fraction)}", "the active share falls with the dimension"),
            Comparison.Judged(
                growth - 1 < (expansion - 1) / 2 ? Verdict.Agrees : Verdict.Differs,
                $"Over the last step, to {expansion:0.#} times the features, the number of active ones became {growth.ToString("0.00", CultureInfo.InvariantCulture)} times as large", "it levels off"),
        ];
    }

    /// <summary>O2: ReLU against L1 and TopK in the same loss.</summary>
    public static IReadOnlyList<Finding> Sparsifiers(StudyResult relu, IReadOnlyList<StudyResult> others)
    {
        var findings = others.Select(other =>
        {
            var order = Comparison.Shares(Top1(relu), Top1(other), relu.Scores.OpenMoji.Pictures);
            return Comparison.Expect(
                order, 1,
                $"{relu.Name} reached {Percent(Top1(relu))} on OpenMoji at L0 {Percent(relu.Scores.L0Fraction)}, {other.Name} {Percent(Top1(other))} at {Percent(other.Scores.L0Fraction)}",
                "ReLU alone is more accurate");
        }).ToList();
        var (start, tenth, end) = Curve(relu);
        var byThen = start > end ? (start - tenth) / (start - end) : 0;
        findings.Add(Comparison.Judged(
            start <= end ? Verdict.Differs : byThen < 0.5 ? Verdict.Agrees : Verdict.Differs,
            $"With ReLU alone the active share of a batch was {Percent(start)} at the first step, {Percent(tenth)} after a tenth of the steps and {Percent(end)} at the end",
            "under ReLU, L0 falls gradually"));
        return findings;
    }

    /// <summary>O3: the cap of the logit scale as the knob of sparsity.</summary>
    /// <param name="capped">Descending by cap.</param>
    public static IReadOnlyList<Finding> Cap(IReadOnlyList<StudyResult> capped)
    {
        const string knob = "a lower cap gives a lower L0";
        var highest = capped[0].HighestScale;
        var reached = capped.Where(run => run.MetCap).ToList();
        var list = string.Join(", ", capped.Select(run => $"{run.Config!.Cap:0}: {Percent(run.Scores.L0Fraction)}"));
        if (reached.Count == 0)
        {
            return [Comparison.Judged(
                Verdict.Undecided,
                $"The logit scale rose to {highest:0.0} and met none of the caps, so these runs are one run and the cap says nothing yet (L0 by cap: {list})", knob)];
        }

        var (low, high) = (capped[^1], capped[0]);
        var falls = capped.Zip(capped.Skip(1)).Count(pair => pair.Second.Scores.L0Fraction <= pair.First.Scores.L0Fraction);
        var collapse = Comparison.Shares(Top1(low), Top1(high), low.Scores.OpenMoji.Pictures);
        return
        [
            Comparison.Judged(
                low.Scores.L0Fraction < high.Scores.L0Fraction ? Verdict.Agrees : Verdict.Differs,
                $"L0 by cap: {list}; it was no higher at the next lower cap in {falls} of {capped.Count - 1} cases, and {reached.Count} of {capped.Count} runs met their cap (free, the scale rose to {highest:0.0})",
                knob),
            Comparison.Expect(
                collapse, -1, $"At the lowest cap, {low.Config!.Cap:0}, OpenMoji top-1 was {Percent(Top1(low))}, at the highest {Percent(Top1(high))}", "accuracy collapses when the cap is too low (there at 20)"),
        ];
    }

    /// <summary>Controls: more features without ReLU, and ReLU with no more parameters than the dense twin.</summary>
    public static IReadOnlyList<Finding> Controls(StudyResult dense, StudyResult expanded, StudyResult full, StudyResult lowRank)
    {
        var count = dense.Scores.OpenMoji.Pictures;
        var relu = Comparison.Shares(Top1(full), Top1(expanded), count);
        var rank = Comparison.Word(Comparison.Shares(Top1(lowRank), Top1(dense), count));
        return
        [
            Comparison.Expect(
                relu, 1, $"At D {full.Dimension:N0}, {Percent(Top1(full))} with ReLU and {Percent(Top1(expanded))} without, both with the same number of parameters", "the gain needs the ReLU"),
            new Finding(
                Verdict.NotInPaper,
                $"With a low-rank head of the dense twin's parameters, ReLU reached {Percent(Top1(lowRank))} at L0 {Percent(lowRank.Scores.L0Fraction)}; the dense twin {Percent(Top1(dense))} ({rank}), the full head {Percent(Top1(full))}. "
                + "The paper has no such run; it was asked for in its review."),
        ];
    }

    /// <summary>A share in words.</summary>
    internal static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static double Top1(StudyResult result) => result.Scores.OpenMoji.Top1;

    private static double Ratio(double one, double other) => other > 0 ? one / other : double.NaN;

    private static (double Start, double Tenth, double End) Curve(StudyResult result)
    {
        var last = result.Curve[^1].Step;
        return (result.Curve[0].L0, result.Curve.First(point => point.Step >= last / 10.0).L0, result.Curve[^1].L0);
    }
}
