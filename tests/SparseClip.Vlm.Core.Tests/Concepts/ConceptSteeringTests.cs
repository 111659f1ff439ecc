using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public class ConceptSteeringTests
{
    [Theory]
    [InlineData("2222 2", "00000", 3f)] // nothing breaks
    [InlineData("2222 2", "00010", 1.5f)] // what broke once is not safe, nor is what lies beyond it
    [InlineData("2222 2", "10000", 0.5f)] // the lowest stands for nothing that is safe
    [InlineData("0121 2", "00000", 3f)]
    [InlineData("0122 1", "00000", 2f)] // beyond it fewer answers follow
    [InlineData("0000 0", "00000", 3f)]
    public void Safe_is_up_to_where_answers_break_or_follow_less(string reached, string corrupted, float expected) =>
        Assert.Equal(expected, Of(0, 0, reached.Replace(" ", "", StringComparison.Ordinal), corrupted).SafeMaximum);

    [Theory]
    [InlineData(2, 2, "02222", "00000", SteeringBadge.Strong)]
    [InlineData(0, 0, "02222", "00000", SteeringBadge.Strong)] // no answer named it, so that it is set must do
    [InlineData(2, 1, "02222", "00000", SteeringBadge.Weak)]
    [InlineData(2, 2, "01111", "00000", SteeringBadge.Weak)]
    [InlineData(4, 1, "00000", "00000", SteeringBadge.None)]
    [InlineData(0, 0, "00222", "01111", SteeringBadge.None)] // followed only where it is not safe
    public void The_badge_says_how_far_answers_follow(int shown, int gone, string reached, string corrupted, SteeringBadge expected) =>
        Assert.Equal(expected, Of(shown, gone, reached, corrupted).Badge);

    private static ConceptSteering Of(int shown, int gone, string reached, string corrupted) => new(
        shown, gone, [.. ConceptSteering.TriedLevels.Select((level, place) => new LevelTrial(level, 2, 2, reached[place] - '0', corrupted[place] - '0'))]);
}
