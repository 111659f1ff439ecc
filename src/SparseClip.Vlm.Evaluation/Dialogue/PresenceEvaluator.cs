using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Evaluation.Dialogue;

/// <summary>
/// Whether a model knows what is in a picture when it is asked for yes or no (POPE, Li et al. 2023): the picture's own label, another one and one that is easily mistaken for it; its own
/// label taken out by name; and another one set instead by name, as the page and the interface do it.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="matcher">Decides whether an answer names a label.</param>
/// <param name="others">Labels that pictures do not show.</param>
/// <param name="examination">Asks and counts.</param>
public sealed class PresenceEvaluator(IVisionLanguageModel model, SubjectMatcher matcher, OtherLabels others, Examination examination)
{
    /// <summary>The kinds of questions.</summary>
    public const string Named = "named", Present = "present", PresentOfNamed = "present, of those named", Absent = "absent", Sibling = "sibling", TakenOut = "taken out", Set = "set";

    /// <summary>Asks about every picture.</summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="strength">What another label is set to, in multiples of its usual level, where it is a concept, else of its features' observed maxima.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <exception cref="PictureException">A picture cannot be decoded; the message names it.</exception>
    public async Task<ExaminationScore> EvaluateAsync(IReadOnlyList<QuestionedPicture> pictures, float strength, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        foreach (var (number, picture) in pictures.Index())
        {
            var seen = await AnswerEvaluator.LookAsync(model, picture, cancellationToken).ConfigureAwait(false);
            var named = await examination.AskAsync(
                Named, picture.Name, seen, SteeringPlan.Empty, [SubjectQuestion.Text], answer => matcher.Names(answer, picture.Label), cancellationToken).ConfigureAwait(false);
            await PresenceAsync(named.IsRight ? PresentOfNamed : Present, picture, seen, SteeringPlan.Empty, picture.Label, true, cancellationToken).ConfigureAwait(false);
            var other = others.Any(picture.Label, number);
            await PresenceAsync(Absent, picture, seen, SteeringPlan.Empty, other, false, cancellationToken).ConfigureAwait(false);
            await PresenceAsync(Sibling, picture, seen, SteeringPlan.Empty, others.Sibling(picture.Label, number), false, cancellationToken).ConfigureAwait(false);
            SteeringRequest gone = new(null, picture.Label, SteeringOperation.Ablate, null);
            await PresenceAsync(TakenOut, picture, seen, await PlanAsync(seen, [gone], cancellationToken).ConfigureAwait(false), picture.Label, false, cancellationToken).ConfigureAwait(false);
            if (other is not null)
            {
                var plan = await PlanAsync(seen, [gone, new(null, other, SteeringOperation.Set, strength)], cancellationToken).ConfigureAwait(false);
                await PresenceAsync(Set, picture, seen, plan, other, true, cancellationToken).ConfigureAwait(false);
            }
        }

        return examination.Score();
    }

    private async Task PresenceAsync(
        string kind, QuestionedPicture picture, SeenPicture seen, SteeringPlan? plan, string? label, bool isThere, CancellationToken cancellationToken)
    {
        if (plan is not null && label is not null)
        {
            await examination.AskAsync(
                kind, picture.Name, seen, plan, [AnswerJudge.PresenceQuestion(label)], answer => AnswerJudge.SaysYes(answer) == isThere, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null where a label is no word for the model.</summary>
    private async Task<SteeringPlan?> PlanAsync(SeenPicture seen, IReadOnlyList<SteeringRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            return await model.Features.ResolveAsync(requests, clamp: true, seen.Code.Pooled, cancellationToken).ConfigureAwait(false);
        }
        catch (SteeringException error) when (error.Error == SteeringError.UnknownFeature)
        {
            return null;
        }
    }
}
