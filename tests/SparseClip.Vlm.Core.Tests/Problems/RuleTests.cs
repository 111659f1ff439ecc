using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Tests.Problems;

/// <summary>What settings may be, and the phrase that says so.</summary>
public class RuleTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(7.5, null)]
    [InlineData(-0.5, "size is -0.5: give 0 or more")]
    [InlineData(double.NaN, "size is NaN: give 0 or more")]
    [InlineData(double.PositiveInfinity, "size is Infinity: give 0 or more")]
    public void At_least_takes_its_bound_and_what_lies_above(double value, string? problem) => Assert.Equal(problem, Rule.AtLeast("size", value, 0));

    [Theory]
    [InlineData(0.1, null)]
    [InlineData(0, "size is 0: give more than 0")]
    [InlineData(-1, "size is -1: give more than 0")]
    [InlineData(double.NaN, "size is NaN: give more than 0")]
    [InlineData(double.PositiveInfinity, "size is Infinity: give more than 0")]
    public void Above_takes_only_what_lies_above(double value, string? problem) => Assert.Equal(problem, Rule.Above("size", value, 0));

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(0.9, "size is 0.9: give 1..2")]
    [InlineData(2.1, "size is 2.1: give 1..2")]
    [InlineData(double.NaN, "size is NaN: give 1..2")]
    public void Within_takes_both_bounds(double value, string? problem) => Assert.Equal(problem, Rule.Within("size", value, 1, 2));

    [Theory]
    [InlineData(1.1, null)]
    [InlineData(2, null)]
    [InlineData(1, "size is 1: give more than 1, at most 2")]
    [InlineData(2.1, "size is 2.1: give more than 1, at most 2")]
    [InlineData(double.NaN, "size is NaN: give more than 1, at most 2")]
    public void Above_up_to_takes_the_upper_bound_alone(double value, string? problem) => Assert.Equal(problem, Rule.AboveUpTo("size", value, 1, 2));

    [Fact]
    public void The_first_problem_counts()
    {
        Assert.Equal("a", Rule.First(null, "a", "b"));
        Assert.Null(Rule.First(null, null));
    }
}
