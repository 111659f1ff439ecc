using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Tests.Naming;

public class IndelicateWordsTests
{
    [Theory]
    [InlineData("pimp")]
    [InlineData("Pimp Hat")]
    [InlineData("prostitutes")]
    [InlineData("chinamen")]
    [InlineData("half-breed")]
    [InlineData("half breeds")]
    [InlineData("son of a bitch")]
    public void Entries_are_found_as_whole_words_in_any_case_with_hyphens_and_in_the_plural(string text) => Assert.True(IndelicateWords.IsIn(text));

    [Theory]
    [InlineData("dog")]
    [InlineData("cocktail")]
    [InlineData("assault rifle")]
    [InlineData("hot spices")]
    [InlineData("pimpernel")]
    [InlineData("half title")]
    [InlineData("")]
    public void Words_that_only_begin_like_an_entry_are_not(string text) => Assert.False(IndelicateWords.IsIn(text));
}
