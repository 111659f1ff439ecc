using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Evaluation.Features;

namespace SparseClip.Vlm.Evaluation.Tests;

public class CausalNamerTests
{
    private static readonly string[] s_nouns = ["dog", "hot dog", "picture", "table", "main subject", "subject", "a", "i", "red", "cat", "animal", "hound"];

    [Theory]
    [InlineData("The picture shows a dog.", "dog")]
    [InlineData("The main subject is a hot dog on a table.", "hot dog")]
    [InlineData("Dogs!", "dog")]
    [InlineData("A red dog", "dog")]
    [InlineData("It looks like a dog", "dog")]
    [InlineData("I cannot tell.", null)]
    [InlineData("", null)]
    public void The_first_noun_of_an_answer_is_the_name(string answer, string? name) => Assert.Equal(name, CausalNamer.Named(answer, s_nouns.Contains));

    [Theory]
    [InlineData("dog", "dog (3)", true)]
    [InlineData("hound", "dog", true)]
    [InlineData("animal", "dog", true)]
    [InlineData("dog", "animal", true)]
    [InlineData("cat", "dog", false)]
    [InlineData(null, "dog", false)]
    public void A_name_agrees_with_the_same_word_another_one_for_it_and_its_kinds(string? word, string name, bool agrees) =>
        Assert.Equal(new CausalName(word, agrees), CausalNamer.Beside($"This is a {word}.", "I cannot tell.", name, s_nouns.Contains, new Relations()));

    [Fact]
    public void What_is_answered_about_the_picture_without_the_feature_is_no_name_of_it() =>
        Assert.Equal(new CausalName(null, false), CausalNamer.Beside("The picture shows a dog.", "A dog.", "dog", s_nouns.Contains, new Relations()));

    private sealed class Relations : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string label) => label is "dog" or "cat" ? ["animal"] : [];

        public IReadOnlyList<string> SynonymsOf(string label) => label == "dog" ? ["hound"] : [];

        public string? MeaningOf(string label) => null;
    }
}
