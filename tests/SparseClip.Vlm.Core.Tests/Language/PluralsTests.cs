using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Tests.Language;

public class PluralsTests
{
    [Theory]
    [InlineData("dog", "dogs")]
    [InlineData("box", "boxes")]
    [InlineData("peach", "peaches")]
    [InlineData("brush", "brushes")]
    [InlineData("glass", "glasses")]
    [InlineData("cherry", "cherries")]
    [InlineData("cookie", "cookies")]
    [InlineData("toy", "toys")]
    [InlineData("wolf", "wolves")]
    [InlineData("glove", "gloves")]
    [InlineData("woman", "women")]
    [InlineData("child", "children")]
    [InlineData("tomato", "tomatoes")]
    [InlineData("bus", "buses")]
    [InlineData("lens", "lenses")]
    [InlineData("octopus", "octopuses")]
    [InlineData("house", "houses")]
    [InlineData("horse", "horses")]
    [InlineData("sheep", "sheep")]
    public void The_singular_of_a_plural_is_the_word(string singular, string plural)
    {
        Assert.Equal(plural, Plurals.Of(singular));
        Assert.Equal(singular, Plurals.Singular(plural));
        Assert.Equal(singular, Plurals.Singular(singular));
    }

    [Theory]
    [InlineData("tennis")]
    [InlineData("iris")]
    [InlineData("canvas")]
    [InlineData("cactus")]
    [InlineData("chess")]
    public void What_only_looks_like_a_plural_is_none(string word)
    {
        Assert.False(Plurals.IsPlural(word));
        Assert.Equal(word, Plurals.Singular(word));
    }

    [Theory]
    [InlineData("pots of food", "pot of food")]
    [InlineData("red apples", "red apple")]
    [InlineData("dog", "dog")]
    public void The_singular_of_a_phrase_is_that_of_its_head(string label, string singular) => Assert.Equal(singular, Noun.Singular(label));

    [Fact]
    public void Base_forms_are_those_that_the_ending_allows() => Assert.Equal(["boxe", "box"], Plurals.BaseForms("boxes"));
}
