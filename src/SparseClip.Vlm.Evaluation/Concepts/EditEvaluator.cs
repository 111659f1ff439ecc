using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Evaluation.Dialogue;

namespace SparseClip.Vlm.Evaluation.Concepts;

/// <summary>
/// What edits by a word do to answers, as people make them: the thing taken out, another thing added, and, of edits that have nothing to do with the picture, that they change nothing. Of scenes of
/// two things: that one which is taken out leaves the other.
/// </summary>
/// <param name="model">A model with concepts.</param>
/// <param name="matcher">Decides whether an answer names a label.</param>
/// <param name="others">Labels that pictures do not show.</param>
/// <param name="grounding">Whether the model also reads words.</param>
/// <param name="strength">What things are set to that are added, in multiples of what pictures usually have of them.</param>
/// <param name="report">Gets every edit as it is done; null for nobody.</param>
public sealed class EditEvaluator(IVisionLanguageModel model, SubjectMatcher matcher, OtherLabels others, Grounding grounding, float strength, Action<EditedAnswer>? report)
{
    /// <summary>The kinds of edits.</summary>
    public const string TakenOut = "taken out", Added = "added", Unrelated = "unrelated", OneOfTwo = "one of two taken out";

    /// <summary>A concept that is less likely has nothing to do with a picture.</summary>
    private const float Absent = 0.01f;

    private readonly SubjectQuestion _question = new(model, grounding);
    private readonly SubjectQuestion _all = new(model, grounding, EverydayEvaluator.Question);
    private readonly List<EditedAnswer> _answers = [];

    /// <summary>Edits every picture.</summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <exception cref="PictureException">A picture cannot be decoded; the message names it.</exception>
    public async Task EditAsync(IReadOnlyList<QuestionedPicture> pictures, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        foreach (var (number, picture) in pictures.Index())
        {
            var seen = await AnswerEvaluator.LookAsync(model, picture, cancellationToken).ConfigureAwait(false);
            var before = await _question.AskAsync(seen, SteeringPlan.Empty, cancellationToken).ConfigureAwait(false);
            var label = picture.Label;
            await EditAsync(TakenOut, label, new SteeringRequest(null, label, SteeringOperation.Ablate, null), after => !matcher.Names(after, label)).ConfigureAwait(false);
            if (others.Any(label, number) is { } other)
            {
                await EditAsync(Added, other, new SteeringRequest(null, other, SteeringOperation.Set, strength), after => matcher.Names(after, other), _all).ConfigureAwait(false); // not the main subject any more, perhaps, but in the picture
            }

            if (Enumerable.Range(1, 20).Select(attempt => others.Any(label, number + (attempt * pictures.Count))).FirstOrDefault(word => word is not null && IsAbsent(word, seen)) is { } unrelated)
            {
                await EditAsync(Unrelated, unrelated, new SteeringRequest(null, unrelated, SteeringOperation.Ablate, null), after => after == before.Text).ConfigureAwait(false);
            }

            async Task EditAsync(string kind, string word, SteeringRequest edit, Func<string, bool> isRight, SubjectQuestion? question = null)
            {
                var (answer, moved, isRefused) = await AskAsync(question ?? _question, seen, edit, cancellationToken).ConfigureAwait(false);
                Add(new EditedAnswer(kind, picture.Name, label, word, before.Text, answer.Text, matcher.Names(before.Text, label), !isRefused && isRight(answer.Text), answer.IsCorrupted, moved));
            }
        }
    }

    /// <summary>Takes one of two things out of scenes: the one that the answer names, or the first of both. Scenes of which the answer names neither are left out.</summary>
    /// <param name="scenes">The scenes.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    public async Task EditTwoAsync(DrawnScenes scenes, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        var pixels = new byte[scenes.Size * scenes.Size * 3];
        for (var number = 0; number < count; number++)
        {
            var labels = scenes.DrawTwo(number, pixels).Labels;
            var seen = (await model.LookAsync(DrawnPicture.Of(pixels, scenes.Size), cancellationToken).ConfigureAwait(false)).Seen;
            var before = await _all.AskAsync(seen, SteeringPlan.Empty, cancellationToken).ConfigureAwait(false);
            if (labels.FirstOrDefault(label => matcher.Names(before.Text, label)) is not { } gone)
            {
                continue;
            }

            var kept = labels.First(label => label != gone);
            var (answer, moved, isRefused) = await AskAsync(_all, seen, new SteeringRequest(null, gone, SteeringOperation.Ablate, null), cancellationToken).ConfigureAwait(false);
            Add(new EditedAnswer(
                OneOfTwo, $"scene {number}", kept, gone, before.Text, answer.Text, matcher.Names(before.Text, kept), !isRefused && !matcher.Names(answer.Text, gone) && matcher.Names(answer.Text, kept), answer.IsCorrupted, moved));
        }
    }

    /// <summary>What came of it, kind by kind.</summary>
    public IReadOnlyList<EditScore> Scores() => [.. _answers.GroupBy(answer => answer.Kind).Select(kind => new EditScore(
        kind.Key, Share([.. kind], answer => answer.IsRight), Share([.. kind.Where(answer => answer.WasNamed)], answer => answer.IsRight), kind.Count(answer => answer.WasNamed),
        Share([.. kind], answer => answer.IsCorrupted), Mean(kind, moved => moved.Before), Mean(kind, moved => moved.After), kind.Count()))];

    private bool IsAbsent(string word, SeenPicture seen) => model.Concepts?.Find(word) is { } concept && model.Concepts.In(concept, seen.Code.Pooled).Probability < Absent;

    private async Task<(SubjectAnswer Answer, ProbabilityMove? Moved, bool IsRefused)> AskAsync(SubjectQuestion question, SeenPicture seen, SteeringRequest edit, CancellationToken cancellationToken)
    {
        try
        {
            var plan = await model.Features.ResolveAsync([edit], clamp: true, seen.Code.Pooled, cancellationToken).ConfigureAwait(false);
            ProbabilityMove? moved = model.Concepts?.Find(edit.Name!) is { } concept
                ? new ProbabilityMove(model.Concepts.In(concept, seen.Code.Pooled).Probability, model.Concepts.In(concept, model.Steer(seen, plan).Code.Pooled).Probability)
                : null;
            return (await question.AskAsync(seen, plan, cancellationToken).ConfigureAwait(false), moved, false);
        }
        catch (SteeringException error) when (error.Error == SteeringError.UnknownFeature)
        {
            // A word that is refused does nothing; the answer tells why.
            return (new SubjectAnswer(error.Message, IsCutOff: false), null, true);
        }
    }

    private void Add(EditedAnswer answer)
    {
        _answers.Add(answer);
        report?.Invoke(answer);
    }

    private static double Share(IReadOnlyCollection<EditedAnswer> answers, Func<EditedAnswer, bool> predicate) => answers.Count > 0 ? answers.Count(predicate) / (double)answers.Count : 0;

    private static double? Mean(IEnumerable<EditedAnswer> answers, Func<ProbabilityMove, float> value) =>
        answers.Where(answer => answer.Moved is not null).Select(answer => (double?)value(answer.Moved!)).Average();
}

/// <summary>An edit and what it did.</summary>
/// <param name="Kind">The kind of edit.</param>
/// <param name="Picture">The picture's name.</param>
/// <param name="Label">What the picture shows; of two things the one that is to stay.</param>
/// <param name="Word">The word that was taken out or added.</param>
/// <param name="Unedited">The answer before.</param>
/// <param name="Edited">The answer after; why the word was refused, where it was.</param>
/// <param name="WasNamed">Whether the answer before names <paramref name="Label"/>.</param>
/// <param name="IsRight">Whether the edit did what it should.</param>
/// <param name="IsCorrupted">See <see cref="AnswerCorruption"/>.</param>
/// <param name="Moved">The probability of the word's concept before and after; null for words that are none.</param>
public sealed record EditedAnswer(
    string Kind, string Picture, string Label, string Word, string Unedited, string Edited, bool WasNamed, bool IsRight, bool IsCorrupted, ProbabilityMove? Moved);

/// <summary>The probability of a concept before and after an edit, 0..1.</summary>
public sealed record ProbabilityMove(float Before, float After);

/// <summary>What one kind of edit does. Shares are 0..1.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Right">The share that did what they should.</param>
/// <param name="RightOfNamed">The same of those whose answer named the label before.</param>
/// <param name="Named">How many those are.</param>
/// <param name="Corrupted">The share of corrupted answers.</param>
/// <param name="Before">The mean probability of the edited concept before; null where no word was a concept.</param>
/// <param name="After">The same after.</param>
/// <param name="Edits">How many.</param>
public sealed record EditScore(string Kind, double Right, double RightOfNamed, int Named, double Corrupted, double? Before, double? After, int Edits);
