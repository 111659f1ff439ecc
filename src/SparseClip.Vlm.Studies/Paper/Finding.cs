namespace SparseClip.Vlm.Studies.Paper;

/// <summary>How a measurement stands to what the paper reports.</summary>
public enum Verdict
{
    /// <summary>It points the same way.</summary>
    Agrees,

    /// <summary>It points the other way.</summary>
    Differs,

    /// <summary>The difference is within the noise of the sample, or the run did not get to where it would show.</summary>
    Undecided,

    /// <summary>The paper has no such measurement.</summary>
    NotInPaper,
}

/// <summary>What follows from the numbers of a figure, in a sentence.</summary>
/// <param name="Verdict">How it stands to the paper.</param>
/// <param name="Text">The sentence, with the numbers in it.</param>
public sealed record Finding(Verdict Verdict, string Text);

/// <summary>Compares shares of samples.</summary>
public static class Comparison
{
    private const double Deviations = 1.96; // 95% of a normal distribution

    /// <summary>1 where <paramref name="one"/> is higher than <paramref name="other"/> beyond the sampling noise of both, -1 where it is lower, else 0.</summary>
    /// <param name="one">A share, 0..1.</param>
    /// <param name="other">A share, 0..1.</param>
    /// <param name="count">The size of the sample that each is a share of.</param>
    public static int Shares(double one, double other, int count)
    {
        var noise = Math.Sqrt(((one * (1 - one)) + (other * (1 - other))) / Math.Max(1, count));
        return Math.Abs(one - other) <= Deviations * noise ? 0 : Math.Sign(one - other);
    }

    /// <summary>A finding about the order of two shares.</summary>
    /// <param name="order">What <see cref="Shares"/> found.</param>
    /// <param name="expected">The paper's order: 1, -1, or 0 for "no lower".</param>
    /// <param name="text">The numbers.</param>
    /// <param name="paper">What the paper reports, for the case that it differs.</param>
    public static Finding Expect(int order, int expected, string text, string paper)
    {
        var verdict = (order, expected) switch
        {
            (0, 0) or (1, 0) => Verdict.Agrees,
            (0, _) => Verdict.Undecided,
            _ => order == expected ? Verdict.Agrees : Verdict.Differs,
        };
        return Judged(verdict, text, paper);
    }

    /// <summary>A finding with its verdict in words.</summary>
    public static Finding Judged(Verdict verdict, string text, string paper) => new(verdict, verdict switch
    {
        Verdict.Agrees => $"{text}. As in the paper: {paper}.",
        Verdict.Differs => $"{text}. Differs from the paper: {paper}.",
        _ => $"{text}. This sample does not decide it; in the paper, {paper}.",
    });

    /// <summary>"higher", "lower", or "not told apart by this sample" for an order.</summary>
    public static string Word(int order) => order switch
    {
        > 0 => "higher",
        < 0 => "lower",
        _ => "within the noise of the sample",
    };
}
