
namespace SparseClip.Vlm.Evaluation.Tests;

public class AnswerCorruptionTests
{
    [Theory]
    [InlineData("")]
    [InlineData("... 1234 !")]
    [InlineData("dog dog dog dog")]
    [InlineData("a red cat and a red cat and a red cat")]
    public void Empty_and_repetitive_answers_are_corrupted(string text) => Assert.True(AnswerCorruption.IsCorrupted(text, isCutOff: false));

    [Fact]
    public void Long_and_cut_off_answers_are_corrupted()
    {
        Assert.True(AnswerCorruption.IsCorrupted(string.Join(' ', Enumerable.Range(0, 41).Select(i => $"word{i}")), isCutOff: false));
        Assert.True(AnswerCorruption.IsCorrupted("A dog.", isCutOff: true));
    }

    [Theory]
    [InlineData("A dog.")]
    [InlineData("A dog, a dog and another dog in a picture of dogs.")]
    public void Short_answers_are_sound(string text) => Assert.False(AnswerCorruption.IsCorrupted(text, isCutOff: false));
}
