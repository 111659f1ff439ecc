using CsCheck;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Tests.Language;

public class SpellingTests
{
    [Theory]
    [InlineData("dog", "dog", 0)]
    [InlineData("dgo", "Dog", 1)]
    [InlineData("dog", "dogs", 1)]
    [InlineData("cat", "dog", 3)]
    [InlineData("", "dog", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Insertions_deletions_replacements_and_swaps_count_one_each(string left, string right, int expected) =>
        Assert.Equal(expected, Spelling.Distance(left, right));

    [Fact]
    public void The_distance_is_the_same_both_ways_and_at_most_the_longer_length() =>
        Gen.Select(Gen.String[Gen.Char['a', 'd'], 0, 8], Gen.String[Gen.Char['a', 'd'], 0, 8]).Sample((left, right) =>
        {
            var distance = Spelling.Distance(left, right);
            Assert.Equal(distance, Spelling.Distance(right, left));
            Assert.InRange(distance, Math.Abs(left.Length - right.Length), Math.Max(left.Length, right.Length));
        });
}
