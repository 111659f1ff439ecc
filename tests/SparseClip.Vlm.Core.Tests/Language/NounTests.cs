using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Tests.Language;

public class NounTests
{
    [Theory]
    [InlineData("dog", "dogs")]
    [InlineData("pot of food", "pots of food")]
    [InlineData("red apple", "red apples")]
    [InlineData("scissors", "scissors")]
    [InlineData("milk", "milk")]
    [InlineData("green tea", "green tea")]
    [InlineData("cup of tea", "cups of tea")]
    [InlineData("cup of tea with milk", "cups of tea with milk")]
    [InlineData("men wrestling", "men wrestling")]
    public void The_plural_of_a_phrase_is_that_of_its_head(string label, string plural) => Assert.Equal(plural, Noun.Plural(label));

    [Theory]
    [InlineData("dog", true)]
    [InlineData("glass of milk", true)]
    [InlineData("ox", true)]
    [InlineData("milk", false)]
    [InlineData("dogs", false)]
    [InlineData("scissors", false)]
    [InlineData("women running", false)]
    [InlineData("x", false)]
    [InlineData("7-eleven", false)]
    public void What_can_be_counted_is_one_thing_with_a_name(string label, bool isCountable) => Assert.Equal(isCountable, Noun.IsCountable(label));

    [Fact]
    public void Numbers_are_words_up_to_ten() => Assert.Equal(
        "zero one two three four five six seven eight nine ten 11", string.Join(' ', Enumerable.Range(0, 12).Select(Noun.Number)));

    [Theory]
    [InlineData("a dog sleeps", "A dog sleeps.")]
    [InlineData("x", "X.")]
    [InlineData("", "")]
    public void A_sentence_begins_with_a_capital_and_ends_with_a_full_stop(string text, string sentence) => Assert.Equal(sentence, Noun.Sentence(text));

    [Theory]
    [InlineData("unimportant sign", "an unimportant sign")]
    [InlineData("uninhabited island", "an uninhabited island")]
    [InlineData("uniform", "a uniform")]
    [InlineData("mp3", "an mp3")]
    [InlineData("rv", "an rv")]
    [InlineData("tv", "a tv")]
    [InlineData("two dogs", "two dogs")]
    [InlineData("3 cats", "3 cats")]
    [InlineData("bat, ball", "bat, ball")]
    [InlineData("", "")]
    public void The_article_goes_by_the_sound(string label, string expected) => Assert.Equal(expected, Noun.WithArticle(label));
}
