using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Studies.Paper;

namespace SparseClip.Vlm.Studies.Tests.Paper;

/// <summary>What the report says follows from the numbers: each sentence is tried with the paper's order and with the other one.</summary>
public sealed class FindingTests
{
    [Theory]
    [InlineData(0.20, 0.40, Verdict.Agrees, "As in the paper")]
    [InlineData(0.40, 0.20, Verdict.Differs, "Differs from the paper")]
    [InlineData(0.30, 0.31, Verdict.Undecided, "does not decide")]
    public void Accuracy_by_dimension(double small, double large, Verdict verdict, string words)
    {
        var findings = ObservationFindings.Dimension([Result(512, small, 50), Result(8192, large, 100)], [Result(512, 0.3, 512), Result(8192, 0.3, 8192)]);

        Assert.Equal(verdict, findings[0].Verdict);
        Assert.Contains(words, findings[0].Text, StringComparison.Ordinal);
        Assert.Contains($"{small * 100:0.0}% at D 512", findings[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 110, Verdict.Agrees)]
    [InlineData(100, 400, Verdict.Differs)]
    public void Active_features_level_off_or_not(double before, double after, Verdict verdict) => Assert.Equal(
        verdict,
        ObservationFindings.Dimension([Result(2048, 0.2, before), Result(8192, 0.2, after)], [Result(2048, 0.2, 2048), Result(8192, 0.2, 8192)])[^1].Verdict);

    [Theory]
    [InlineData(0.4, 0.2, Verdict.Agrees)]
    [InlineData(0.2, 0.4, Verdict.Differs)]
    public void ReLU_against_another_sparsifier(double relu, double other, Verdict verdict) => Assert.Equal(
        verdict, ObservationFindings.Sparsifiers(Result(512, relu, 100), [Result(512, other, 20)])[0].Verdict);

    [Fact]
    public void The_cap_says_nothing_where_no_run_met_it()
    {
        var finding = Assert.Single(ObservationFindings.Cap([Result(512, 0.3, 50, cap: 100, scale: 18), Result(512, 0.3, 50, cap: 20, scale: 18)]));

        Assert.Equal(Verdict.Undecided, finding.Verdict);
        Assert.Contains("met none of the caps", finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50, 20, 0.1, Verdict.Agrees, Verdict.Agrees)]
    [InlineData(20, 50, 0.6, Verdict.Differs, Verdict.Differs)]
    public void The_cap_as_the_knob_of_sparsity(double high, double low, double accuracy, Verdict knob, Verdict collapse)
    {
        var findings = ObservationFindings.Cap([Result(512, 0.3, high, cap: 100, scale: 60), Result(512, accuracy, low, cap: 20, scale: 20)]);

        Assert.Equal([knob, collapse], findings.Select(finding => finding.Verdict));
    }

    [Theory]
    [InlineData(0.3, 0.3, 0.1, 0.2, Verdict.Agrees, Verdict.Agrees)]
    [InlineData(0.5, 0.3, 0.4, 0.1, Verdict.Agrees, Verdict.Differs)]
    [InlineData(0.1, 0.3, 0.1, 0.2, Verdict.Differs, Verdict.Agrees)]
    public void Sparse_against_dense_and_retrieval(double sparse, double dense, double sparseScenes, double denseScenes, Verdict zeroShot, Verdict retrieval)
    {
        var findings = TableFindings.Accuracy(
            Result(512, dense, 512, scenes: denseScenes), Result(8192, sparse, 60, scenes: sparseScenes), Result(8192, sparse, 50), [Result(8192, 0.1, 60)]);

        Assert.Equal((zeroShot, retrieval), (findings[0].Verdict, findings[2].Verdict));
    }

    [Theory]
    [InlineData(0.55, 0.52, Verdict.Agrees)]
    [InlineData(0.50, 0.52, Verdict.Differs)]
    public void Clarity_against_autoencoders(double sparse, double other, Verdict verdict) => Assert.Equal(
        verdict, TableFindings.Clarity(Clear(sparse), Clear(sparse + 0.01), [], [Clear(other)])[1].Verdict);

    [Fact]
    public void The_clearest_run_of_a_lower_cap_is_compared_with_sparse_and_with_the_clearest_autoencoder()
    {
        var low = Clear(0.53) with { Config = Result(64, 0.3, 10, cap: 10).Config };
        var lower = Clear(0.51) with { Config = Result(64, 0.3, 10, cap: 5).Config };

        var findings = TableFindings.Clarity(Clear(0.50), Clear(0.50), [low, lower], [Clear(0.52), Clear(0.54)]);

        Assert.Equal(6, findings.Count);
        Assert.Equal((Verdict.Agrees, Verdict.Differs), (findings[4].Verdict, findings[5].Verdict));
        Assert.Contains("10: 0.530", findings[4].Text, StringComparison.Ordinal);
        Assert.Contains("cap 10, has 0.530", findings[5].Text, StringComparison.Ordinal);
        Assert.Contains("0.540", findings[5].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.8, Verdict.Agrees)]
    [InlineData(0.2, Verdict.Differs)]
    public void Modality_scores_in_the_middle_or_not(double both, Verdict verdict) =>
        Assert.All(TableFindings.Modality([new ModalityMoment(0.01, [], 0.5, both), new ModalityMoment(1, [], 0.5, both)]), finding => Assert.Equal(verdict, finding.Verdict));

    [Fact]
    public void Every_run_is_named_once_and_the_shared_ones_are_shared()
    {
        var runs = new PaperRuns(new StudyPreset());

        Assert.Equal(19, runs.All.Count);
        Assert.Contains(runs.All, run => run.Dimension == 512 && run.Activation == HeadActivation.None);
        Assert.Equal(runs.Capped[1] with { Name = "" }, runs.Sparse with { Name = "" });
    }

    private static StudyResult Clear(double clarity) => Result(64, 0.3, 10) with { Interpretability = new InterpretabilityScores(clarity, 0.3, 60, 0.9, 10) };

    private static StudyResult Result(int dimension, double top1, double active, double cap = 100, double scale = 20, double scenes = 0.2)
    {
        var accuracy = new AccuracyScore(top1, Math.Min(1, top1 * 2), 700, 700);
        return new StudyResult(
            $"D {dimension}", "key", dimension, new StudyConfig($"D {dimension}", dimension, HeadActivation.Relu, cap, 0), 10, 1,
            [new CurvePoint(1, 5, 0.5, 14), new CurvePoint(2, 4, 0.45, scale), new CurvePoint(10, 3, 0.2, scale)],
            new EmbeddingScores(active, active / dimension, accuracy, accuracy, accuracy, new RetrievalScore(top1, top1, top1, top1, 100), new RetrievalScore(scenes, scenes, scenes, scenes, 300)),
            null, null, null);
    }
}
