
namespace SparseClip.Vlm.Evaluation.Tests;

public class SubjectMatcherTests
{
    private static readonly SubjectMatcher s_matcher = new(label => label == "car" ? ["auto", "motor car"] : []);

    [Theory]
    [InlineData("The picture shows a dog.", "dog")]
    [InlineData("Two dogs!", "dog")]
    [InlineData("DOG", "dog")]
    [InlineData("A dog's head", "dog")]
    [InlineData("It is a motor-car.", "car")]
    [InlineData("an auto", "car")]
    [InlineData("A pair of sun glasses", "sunglasses")]
    [InlineData("a tshirt", "t-shirt")]
    [InlineData("a T-Shirt", "tshirt")]
    [InlineData("some cherries", "cherry")]
    [InlineData("a box", "boxes")]
    [InlineData("scissors", "scissors")]
    [InlineData("a hot dog", "hot dog")]
    [InlineData("a bus", "bus")]
    public void The_label_or_a_synonym_as_whole_words_counts(string answer, string label) => Assert.True(s_matcher.Names(answer, label));

    [Theory]
    [InlineData("An animal.", "dog")]
    [InlineData("a cartoon", "car")]
    [InlineData("a dogma", "dog")]
    [InlineData("", "dog")]
    [InlineData("a hot day with a dog", "hot dog")]
    [InlineData("a cat", "dog")]
    public void Anything_else_does_not(string answer, string label) => Assert.False(s_matcher.Names(answer, label));

    [Fact]
    public void Labels_that_are_synonyms_are_the_same() => Assert.True(s_matcher.AreSame("auto", "car"));
}
