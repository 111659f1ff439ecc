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

    [Theory]
    [InlineData("dogs")]
    [InlineData("cars")]
    [InlineData("men")]
    [InlineData("scissors")]
    [InlineData("fries")]
    public void A_plural_is_known_as_one(string word) => Assert.True(Plurals.IsPlural(word));

    [Theory]
    [InlineData("dog")]
    [InlineData("gas")]
    [InlineData("yes")]
    [InlineData("was")]
    [InlineData("glass")]
    [InlineData("octopus")]
    [InlineData("basis")]
    [InlineData("dog's")]
    [InlineData("sheep")]
    public void What_is_none_is_not_taken_for_one(string word) => Assert.False(Plurals.IsPlural(word));

    [Theory]
    [InlineData("pies", "pie")]
    [InlineData("ties", "tie")]
    [InlineData("axes", "axe")]
    [InlineData("as", "as")]
    [InlineData("abs", "ab")]
    [InlineData("dog's", "dog's")]
    public void Short_words_lose_no_more_than_their_s(string plural, string singular) => Assert.Equal(singular, Plurals.Singular(plural));

    [Fact]
    public void A_single_letter_has_a_plural() => Assert.Equal("ys", Plurals.Of("y"));

    [Fact]
    public void An_ending_is_no_word()
    {
        Assert.Equal(["me"], Plurals.BaseForms("mes"));
        Assert.Empty(Plurals.BaseForms("es"));
    }

    [Fact]
    public void Base_forms_are_those_that_the_ending_allows() => Assert.Equal(["boxe", "box"], Plurals.BaseForms("boxes"));
}
