
namespace SparseClip.Vlm.Evaluation.Tests;

public class SteeringScoreTests
{
    [Fact]
    public void Shares_are_over_the_pictures_answered_rightly_before_and_over_all()
    {
        var score = SteeringScore.Of(
            [
                Outcome("A cat.", isRight: true, isSuppressed: true, isReached: true),
                Outcome("A dog.", isRight: true, isSuppressed: false, isReached: false),
                Outcome("", isRight: false, isSuppressed: true, isReached: false),
                Outcome("A cat.", isRight: false, isSuppressed: true, isReached: true),
            ],
            features: 8,
            strength: 2);
        Assert.Equal((0.5, 0.5, 0.0), (score.Suppressed, score.Reached, score.Corrupted));
        Assert.Equal((0.75, 0.5, 0.25), (score.SuppressedOfAll, score.ReachedOfAll, score.CorruptedOfAll));
        Assert.Equal((0.5, 2, 4), (score.Accuracy, score.PicturesRight, score.Pictures));
    }

    [Fact]
    public void No_right_answers_give_no_shares_and_no_error() =>
        Assert.Equal(0, SteeringScore.Of([Outcome("A cat.", isRight: false, isSuppressed: true, isReached: false)], 1, 1).Suppressed);

    private static SteeredPicture Outcome(string steered, bool isRight, bool isSuppressed, bool isReached) =>
        new("picture", "dog", "cat", new SubjectAnswer("A dog.", false), new SubjectAnswer(steered, false), isRight, isSuppressed, isReached);
}
