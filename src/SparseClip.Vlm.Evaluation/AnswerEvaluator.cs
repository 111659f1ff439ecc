using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Evaluation;

/// <summary>How many answers name the main subject.</summary>
/// <param name="Accuracy">The share of pictures whose answer names the label or a synonym, 0..1. Wider words do not count.</param>
/// <param name="Corrupted">The share of corrupted answers, 0..1; see <see cref="AnswerCorruption"/>.</param>
/// <param name="MeanWords">The mean number of words of an answer.</param>
/// <param name="Pictures">The number of pictures.</param>
/// <param name="Labels">The number of distinct labels among them.</param>
public sealed record AnswerScore(double Accuracy, double Corrupted, double MeanWords, int Pictures, int Labels);

/// <summary>One answer of the evaluation.</summary>
public sealed record AnsweredPicture(string Name, string Label, string Answer, bool IsRight);

/// <summary>Measures whether a model's answers name what pictures show.</summary>
public sealed class AnswerEvaluator(IVisionLanguageModel model, SubjectMatcher matcher, Grounding grounding = Grounding.Words)
{
    private readonly SubjectQuestion _question = new(model, grounding);

    /// <summary>Asks <see cref="SubjectQuestion.Text"/> about every picture.</summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="report">Gets every answer as it comes; null for nobody.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <exception cref="PictureException">A picture cannot be decoded; the message names it.</exception>
    public async Task<AnswerScore> EvaluateAsync(
        IReadOnlyList<QuestionedPicture> pictures, Action<AnsweredPicture>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Count);
        int right = 0, corrupted = 0;
        long words = 0;
        foreach (var picture in pictures)
        {
            var seen = await LookAsync(model, picture, cancellationToken).ConfigureAwait(false);
            var answer = await _question.AskAsync(seen, SteeringPlan.Empty, cancellationToken).ConfigureAwait(false);
            var isRight = matcher.Names(answer.Text, picture.Label);
            right += isRight ? 1 : 0;
            corrupted += answer.IsCorrupted ? 1 : 0;
            words += answer.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            report?.Invoke(new AnsweredPicture(picture.Name, picture.Label, answer.Text, isRight));
        }

        var count = (double)pictures.Count;
        return new AnswerScore(
            right / count, corrupted / count, words / count, pictures.Count, pictures.Select(picture => picture.Label).Distinct(StringComparer.Ordinal).Count());
    }

    /// <exception cref="PictureException">The picture cannot be decoded; the message names it.</exception>
    internal static async Task<SeenPicture> LookAsync(IVisionLanguageModel model, QuestionedPicture picture, CancellationToken cancellationToken)
    {
        try
        {
            return (await model.LookAsync(new PictureFile(picture.Read()), cancellationToken).ConfigureAwait(false)).Seen;
        }
        catch (PictureException error)
        {
            throw new PictureException(error.Error, $"{picture.Name}: {error.Message}", error);
        }
    }
}
