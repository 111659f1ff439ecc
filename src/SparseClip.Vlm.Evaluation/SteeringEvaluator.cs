using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// The steering evaluation of Sparse CLIP (section 4, figure 8b): on each picture, the features that carry the true label are set to zero and those of a
/// random other label to a strength, and the model is asked for the main subject before and after.
/// </summary>
/// <remarks>
/// Set to zero are the K features that the label's text code activates most together with the K that carry the label in this very picture; set to S are the K
/// that the other label's text code activates most. A feature of both ends at S. Nothing is clamped, so that S is what is measured.
/// </remarks>
public sealed class SteeringEvaluator(IVisionLanguageModel model, SubjectMatcher matcher, Grounding grounding = Grounding.Words)
{
    private readonly SubjectQuestion _question = new(model, grounding);

    /// <summary>Evaluates.</summary>
    /// <param name="pictures">At least one, with at least two labels among them.</param>
    /// <param name="features">K, 1 or more.</param>
    /// <param name="strength">S in multiples of each feature's observed maximum, 0 or more.</param>
    /// <param name="seed">Chooses the other labels.</param>
    /// <param name="report">Gets every picture as it is done; null for nobody.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <exception cref="ShardException">All pictures have the same label.</exception>
    /// <exception cref="PictureException">A picture cannot be decoded; the message names it.</exception>
    public async Task<SteeringScore> EvaluateAsync(
        IReadOnlyList<QuestionedPicture> pictures, int features, float strength, int seed, Action<SteeredPicture>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(strength);
        var labels = pictures.Select(picture => picture.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var random = new Random(seed);
        var outcomes = new List<SteeredPicture>(pictures.Count);
        foreach (var picture in pictures)
        {
            var other = Other(picture.Label, labels, random);
            var seen = await AnswerEvaluator.LookAsync(model, picture, cancellationToken).ConfigureAwait(false);
            var unsteered = await _question.AskAsync(seen, SteeringPlan.Empty, cancellationToken).ConfigureAwait(false);
            var plan = await PlanAsync(seen, picture.Label, other, features, strength, cancellationToken).ConfigureAwait(false);
            var steered = await _question.AskAsync(seen, plan, cancellationToken).ConfigureAwait(false);
            var outcome = new SteeredPicture(
                picture.Name,
                picture.Label,
                other,
                unsteered,
                steered,
                matcher.Names(unsteered.Text, picture.Label),
                !matcher.Names(steered.Text, picture.Label),
                matcher.Names(steered.Text, other));
            outcomes.Add(outcome);
            report?.Invoke(outcome);
        }

        return SteeringScore.Of(outcomes, features, strength);
    }

    private async Task<SteeringPlan> PlanAsync(
        SeenPicture seen, string label, string other, int features, float strength, CancellationToken cancellationToken)
    {
        var gone = await model.Features.FeaturesOfAsync(label, seen.Code.Pooled, features, cancellationToken).ConfigureAwait(false);
        var raised = await model.Features.FeaturesOfAsync(other, picture: null, features, cancellationToken).ConfigureAwait(false);
        return SteeringPlan.Create(
            [
                .. gone.Select(feature => new SteeringEdit(feature, SteeringOperation.Ablate, 0)),
                .. raised.Select(feature => new SteeringEdit(feature, SteeringOperation.Set, strength)),
            ],
            clamp: false);
    }

    private string Other(string label, List<string> labels, Random random)
    {
        var start = random.Next(labels.Count);
        for (var i = 0; i < labels.Count; i++)
        {
            var candidate = labels[(start + i) % labels.Count];
            if (!matcher.AreSame(candidate, label))
            {
                return candidate;
            }
        }

        throw new ShardException($"Every label of the set means '{label}', but steering needs another one to go to: give a set with more labels.");
    }
}
