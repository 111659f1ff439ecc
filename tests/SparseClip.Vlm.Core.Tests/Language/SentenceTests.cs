using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Tests.Language;

/// <summary>What is said of a word, in captions as in names, search and steering.</summary>
public class SentenceTests
{
    [Theory]
    [InlineData("dog", "a picture of a dog")]
    [InlineData("Dog", "a picture of a dog")]
    [InlineData("apple", "a picture of an apple")]
    [InlineData("snow", "a picture of snow")]
    [InlineData("tea", "a picture of tea")]
    [InlineData("bacon", "a picture of bacon")]
    [InlineData("broccoli", "a picture of broccoli")]
    [InlineData("green tea", "a picture of green tea")]
    [InlineData("unicorn", "a picture of a unicorn")]
    [InlineData("hour", "a picture of an hour")]
    [InlineData("x-ray", "a picture of an x-ray")]
    [InlineData("iris", "a picture of an iris")]
    [InlineData("ibis", "a picture of an ibis")]
    [InlineData("men", "a picture of men")]
    [InlineData("cup of tea", "a picture of a cup of tea")]
    [InlineData("glasses", "a picture of glasses")]
    [InlineData("glass", "a picture of a glass")]
    [InlineData("octopus", "a picture of an octopus")]
    [InlineData("a horse", "a picture of a horse")]
    [InlineData("an apple", "a picture of an apple")]
    [InlineData("the moon", "a picture of the moon")]
    [InlineData("guide_dog:", "a picture of a guide dog")]
    public void The_sentence_of_a_word_is_english(string word, string sentence) => Assert.Equal(sentence, PromptTemplates.Fill(PromptTemplates.Concept, word));

    [Fact]
    public void It_is_the_caption_that_comes_most_often_in_training() =>
        Assert.Equal(PromptTemplates.Concept, PromptTemplates.Training.MaxBy(caption => caption.Weight).Template);

    [Theory]
    [InlineData("a dog", "dog")]
    [InlineData("An Apple", "Apple")]
    [InlineData("the moon", "moon")]
    [InlineData("dog", "dog")]
    [InlineData("a", "a")]
    [InlineData("theatre", "theatre")]
    [InlineData("ant", "ant")]
    public void An_article_at_the_beginning_goes(string text, string word) => Assert.Equal(word, Noun.WithoutArticle(text));
}
