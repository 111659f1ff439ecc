
namespace SparseClip.Vlm.Evaluation.Tests;

public sealed class AnswerJudgeTests
{
    [Theory]
    [InlineData("Yes, there is a dog.", true)]
    [InlineData("There is a dog. It is not brown.", true)]
    [InlineData("No, there is no dog. The picture shows a cat.", false)]
    [InlineData("There isn't a dog.", false)]
    [InlineData("", false)]
    public void Yes_is_an_answer_whose_first_sentence_denies_nothing(string answer, bool isYes) => Assert.Equal(isYes, AnswerJudge.SaysYes(answer));

    [Theory]
    [InlineData("There is no cat in the picture; it shows a dog.", true)]
    [InlineData("The cat is black.", false)]
    [InlineData("The cat is black. There is no dog.", false)]
    public void A_premise_is_corrected_by_a_denial_in_the_first_sentence(string answer, bool isCorrected) => Assert.Equal(isCorrected, AnswerJudge.Denies(answer));

    [Theory]
    [InlineData("A dog.", "a dog", true)]
    [InlineData("A dog. It is an animal.", "A dog.", true)]
    [InlineData("A dog is a kind of animal.", "A dog.", false)]
    [InlineData("", "A dog.", true)]
    public void The_first_sentence_again_is_no_other_answer(string answer, string earlier, bool isAgain) => Assert.Equal(isAgain, AnswerJudge.Repeats(answer, earlier));

    [Theory]
    [InlineData("The cars are red.", true)]
    [InlineData("Red.", true)]
    [InlineData("The cars are red or blue.", false)]
    [InlineData("They are blue.", false)]
    [InlineData("I cannot tell.", false)]
    public void One_word_of_some_is_said_and_none_of_the_others(string answer, bool isRight) => Assert.Equal(isRight, AnswerJudge.SaysOnly(answer, "red", ["red", "blue"]));

    [Fact]
    public void Questions_agree_with_the_number_of_the_thing()
    {
        Assert.Equal("Is there an apple in this picture?", AnswerJudge.PresenceQuestion("apple"));
        Assert.Equal("Are there scissors in this picture?", AnswerJudge.PresenceQuestion("scissors"));
        Assert.Equal("What colour are the scissors?", AnswerJudge.PremiseQuestion("scissors", 0));
    }
}
