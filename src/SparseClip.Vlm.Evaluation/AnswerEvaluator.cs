using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Data.Questions;

namespace SparseClip.Vlm.Evaluation;

/// <summary>How many answers name the main subject.</summary>
/// <param name="Accuracy">The share of pictures whose answer names the label or a synonym, 0..1. Wider words do not count.</param>
/// <param name="Broader">The same where a wider word counts that people call the thing by ("dog" for a beagle, not "animal").</param>
/// <param name="Blind">The share of labels that the answer about a grey picture names, 0..1.</param>
/// <param name="Corrupted">The share of corrupted answers, 0..1; see <see cref="AnswerCorruption"/>; those with invented words are.</param>
/// <param name="Invented">The share of the answers' words that are no words, 0..1.</param>
/// <param name="MeanWords">The mean number of words of an answer.</param>
/// <param name="Pictures">The number of pictures.</param>
/// <param name="Labels">The number of distinct labels among them.</param>
public sealed record AnswerScore(double Accuracy, double Broader, double Blind, double Corrupted, double Invented, double MeanWords, int Pictures, int Labels);

/// <summary>One answer of the evaluation.</summary>
/// <param name="Name">The picture's name in its set.</param>
/// <param name="Label">What it shows.</param>
/// <param name="Answer">The answer.</param>
/// <param name="IsRight">Whether it names the label.</param>
/// <param name="IsBroader">Whether it names the label or a wider word that people call the thing by.</param>
/// <param name="Invented">Words of the answer that are no words.</param>
public sealed record AnsweredPicture(string Name, string Label, string Answer, bool IsRight, bool IsBroader, IReadOnlyList<string> Invented);

/// <summary>Measures whether a model's answers name what pictures show.</summary>
/// <param name="model">The model.</param>
/// <param name="matcher">Decides whether an answer names a label.</param>
/// <param name="categories">Tells the wider words that people call a thing by.</param>
/// <param name="known">Tells invented words; null for nobody.</param>
/// <param name="grounding">Whether the model also reads words.</param>
public sealed class AnswerEvaluator(IVisionLanguageModel model, SubjectMatcher matcher, BasicCategory categories, KnownWords? known, Grounding grounding = Grounding.Words)
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
        var grey = (await model.LookAsync(DrawnPicture.Blind(), cancellationToken).ConfigureAwait(false)).Seen;
        var blind = (await _question.AskAsync(grey, SteeringPlan.Empty, cancellationToken).ConfigureAwait(false)).Text;
        var corrupted = 0;
        long words = 0;
        var answered = new List<AnsweredPicture>();
        foreach (var picture in pictures)
        {
            var seen = await LookAsync(model, picture, cancellationToken).ConfigureAwait(false);
            var answer = await _question.AskAsync(seen, SteeringPlan.Empty, cancellationToken).ConfigureAwait(false);
            string[] invented = known is null ? [] : [.. known.Invented(answer.Text, [SubjectQuestion.Text])];
            var isRight = matcher.Names(answer.Text, picture.Label);
            corrupted += answer.IsCorrupted || invented.Length > 0 ? 1 : 0;
            words += AnswerJudge.Words(answer.Text).Count();
            answered.Add(new AnsweredPicture(
                picture.Name, picture.Label, answer.Text, isRight, isRight || categories.BasicNames(picture.Label).Any(name => matcher.Names(answer.Text, name)), invented));
            report?.Invoke(answered[^1]);
        }

        var count = (double)pictures.Count;
        return new AnswerScore(
            answered.Count(one => one.IsRight) / count,
            answered.Count(one => one.IsBroader) / count,
            pictures.Count(picture => matcher.Names(blind, picture.Label)) / count,
            corrupted / count,
            words == 0 ? 0 : answered.Sum(one => one.Invented.Count) / (double)words,
            words / count,
            pictures.Count,
            pictures.Select(picture => picture.Label).Distinct(StringComparer.Ordinal).Count());
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
