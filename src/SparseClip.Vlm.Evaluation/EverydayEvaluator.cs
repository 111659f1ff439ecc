using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// Whether a picture becomes what a person says: its subject is taken out by name, an everyday word is set by name, as the page and the interface do it, and the
/// answer should name the word.
/// </summary>
public sealed class EverydayEvaluator(IVisionLanguageModel model, SubjectMatcher matcher, Grounding grounding = Grounding.Words)
{
    /// <summary>What is asked: people do not ask for a main subject.</summary>
    public const string Question = "What is in this picture?";

    private readonly SubjectQuestion _question = new(model, grounding, Question);

    /// <summary>Sets every word on every picture; a word that means a picture's subject is left out there.</summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="words">At least one.</param>
    /// <param name="strength">What the word is set to, in multiples of its usual level, where it is a concept, else of its features' observed maxima.</param>
    /// <param name="report">Gets every word on a picture as it is done; null for nobody.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <exception cref="PictureException">A picture cannot be decoded; the message names it.</exception>
    public async Task<EverydayScore> EvaluateAsync(
        IReadOnlyList<QuestionedPicture> pictures, IReadOnlyList<string> words, float strength, Action<EverydayAnswer>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(words);
        var answers = new List<EverydayAnswer>();
        foreach (var picture in pictures)
        {
            var seen = await AnswerEvaluator.LookAsync(model, picture, cancellationToken).ConfigureAwait(false);
            foreach (var word in words.Where(word => !matcher.AreSame(word, picture.Label)))
            {
                answers.Add(await SetAsync(seen, picture, word, strength, cancellationToken).ConfigureAwait(false));
                report?.Invoke(answers[^1]);
            }
        }

        return EverydayScore.Of(answers, pictures.Count, strength);
    }

    private async Task<EverydayAnswer> SetAsync(SeenPicture seen, QuestionedPicture picture, string word, float strength, CancellationToken cancellationToken)
    {
        SteeringRequest[] requests =
        [
            new(null, picture.Label, SteeringOperation.Ablate, null),
            new(null, word, SteeringOperation.Set, strength),
        ];
        try
        {
            var plan = await model.Features.ResolveAsync(requests, clamp: true, seen.Code.Pooled, cancellationToken).ConfigureAwait(false);
            var answer = await _question.AskAsync(seen, plan, cancellationToken).ConfigureAwait(false);
            return new EverydayAnswer(picture.Name, picture.Label, word, answer.Text, IsRefused: false, matcher.Names(answer.Text, word));
        }
        catch (SteeringException error) when (error.Error == SteeringError.UnknownFeature)
        {
            return new EverydayAnswer(picture.Name, picture.Label, word, error.Message, IsRefused: true, IsReached: false);
        }
    }
}

/// <summary>A word set on a picture.</summary>
/// <param name="Name">The picture's name in its set.</param>
/// <param name="Label">The subject that was taken out.</param>
/// <param name="Word">The word that was set.</param>
/// <param name="Answer">The answer; why the word was refused, where it was.</param>
/// <param name="IsRefused">Whether a name was refused.</param>
/// <param name="IsReached">Whether the answer names the word.</param>
public sealed record EverydayAnswer(string Name, string Label, string Word, string Answer, bool IsRefused, bool IsReached);

/// <summary>How often everyday words reach the answer.</summary>
/// <param name="Reached">The share of answers that name the word, 0..1; refused words count as not reached.</param>
/// <param name="Refused">The share of words that were refused, 0..1.</param>
/// <param name="Answers">Words times pictures.</param>
/// <param name="Pictures">The number of pictures.</param>
/// <param name="Strength">What words were set to.</param>
public sealed record EverydayScore(double Reached, double Refused, int Answers, int Pictures, float Strength)
{
    /// <summary>Counts the answers. Shares over none are 0.</summary>
    public static EverydayScore Of(IReadOnlyList<EverydayAnswer> answers, int pictures, float strength)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var count = Math.Max(1, answers.Count);
        return new EverydayScore(
            (double)answers.Count(answer => answer.IsReached) / count, (double)answers.Count(answer => answer.IsRefused) / count, answers.Count, pictures, strength);
    }
}
