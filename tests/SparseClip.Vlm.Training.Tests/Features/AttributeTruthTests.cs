using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Features;

namespace SparseClip.Vlm.Training.Tests.Features;

public class AttributeTruthTests
{
    [Theory]
    [InlineData("red apple", "red")]
    [InlineData("grey cat", "gray")]
    [InlineData("two hearts", "two")]
    [InlineData("three black cats", "black")] // "three" stands before an adjective
    [InlineData("two o'clock", "")]
    [InlineData("two-hump camel", "")]
    [InlineData("dog", "")]
    public void A_label_says_colours_and_numbers(string label, string said) =>
        Assert.Equal(said, string.Join(' ', AttributeTruth.Of(Picture(label)).Shown.Select(place => AttributeFeatures.Names[place])));

    [Fact]
    public void Where_a_colour_is_said_the_others_are_not_and_of_numbers_nothing_is_known()
    {
        var (shown, unknown) = AttributeTruth.Of(Picture("red apple"));
        Assert.Single(shown);
        Assert.Equal(AttributeFeatures.Numbers, unknown.Order().Select(place => AttributeFeatures.Names[place]));
    }

    [Fact]
    public void Where_nothing_is_said_nothing_is_known() => Assert.Equal(AttributeFeatures.Count, AttributeTruth.Of(Picture("dog")).Unknown.Count);

    private static ShownPicture Picture(string label) => new(SparseCode.FromSorted(1, [], []), label, ["blue"]);
}
