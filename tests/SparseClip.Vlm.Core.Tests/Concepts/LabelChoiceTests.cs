using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Tests.Concepts;

/// <summary>One label among others by cosines.</summary>
public sealed class LabelChoiceTests
{
    private static readonly SparseCode Picture = SparseCode.FromDense([3, 4, 0, 0]);

    [Fact]
    public void The_nearest_is_the_likeliest_and_all_sum_to_one()
    {
        var choice = LabelChoice.Of(Picture, [("far", Unit(0, 0, 1, 0)), ("near", Unit(3, 4, 0, 0)), ("half", Unit(1, 0, 0, 1))], scale: 2);
        Assert.Equal(["near", "half", "far"], choice.Labels.Select(label => label.Label));
        Assert.Equal([1f, 0.6f / MathF.Sqrt(2), 0f], choice.Labels.Select(label => label.Cosine), (a, b) => MathF.Abs(a - b) < 1e-6f);
        Assert.Equal(1, choice.Labels.Sum(label => label.Probability), 1e-12);
        Assert.Equal(Math.Exp(2), choice.Labels[0].Probability / choice.Labels[2].Probability, 1e-5);
    }

    [Fact]
    public void The_reasons_are_the_log_odds_of_the_first_against_the_second()
    {
        var choice = LabelChoice.Of(Picture, [("a", Unit(1, 2, 0, 0)), ("b", Unit(2, 1, 0, 0))], scale: 20);
        Assert.Equal(Math.Log(choice.Labels[0].Probability / choice.Labels[1].Probability), choice.Reasons.Sum(reason => reason.Score), 1e-4);
        Assert.Equal([1, 0], choice.Reasons.Select(reason => reason.Feature));
        Assert.True(choice.Reasons[1].Score < 0);
    }

    [Fact]
    public void Where_nothing_is_known_nothing_is_likelier()
    {
        var empty = SparseCode.FromDense([0, 0, 0, 0]);
        var choice = LabelChoice.Of(empty, [("a", Unit(1, 2, 0, 0)), ("b", empty)], scale: 20);
        Assert.Equal([0.5, 0.5], choice.Labels.Select(label => label.Probability));
        Assert.Empty(choice.Reasons);
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelChoice.Of(empty, [("a", empty)], 20));
    }

    private static SparseCode Unit(params float[] dense) => SparseCode.FromDense(dense).ToUnit();
}
