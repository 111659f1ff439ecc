using System.Text;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Evaluation.Dialogue;

/// <summary>Has the same conversation about pictures, as they are and edited, to be read: greedily, with the penalty on repetition that people get.</summary>
/// <param name="model">The model.</param>
/// <param name="grounding">Whether the model also reads words.</param>
public sealed class Conversations(IVisionLanguageModel model, Grounding grounding)
{
    private const int MaxTokens = 96;

    /// <summary>The questions that open a conversation.</summary>
    public static IReadOnlyList<string> Opening { get; } = ["What is in this picture?", "What kind of thing is it?", "Tell me more about it."];

    /// <summary>Talks about a picture, then about the same with what it shows taken out and something else put in.</summary>
    /// <param name="file">The picture.</param>
    /// <param name="labels">What it shows, one at least.</param>
    /// <param name="other">What it does not show.</param>
    /// <param name="strength">What the other thing is set to, in multiples of its usual level, where it is a concept, else of its features' observed maxima.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <exception cref="PictureException">The picture cannot be decoded.</exception>
    /// <exception cref="SteeringException">A label is no word for the model.</exception>
    public async Task<Transcript> HaveAsync(PictureFile file, IReadOnlyList<string> labels, string other, float strength, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var seen = (await model.LookAsync(file, cancellationToken).ConfigureAwait(false)).Seen;
        var label = labels[0];
        var plain = await TalkAsync(
            seen, SteeringPlan.Empty,
            [.. Opening, AnswerJudge.PresenceQuestion(label), AnswerJudge.PresenceQuestion(other), AnswerJudge.PremiseQuestion(other, 0), .. Relation(labels)], cancellationToken).ConfigureAwait(false);
        var plan = await model.Features.ResolveAsync(
            [new(null, label, SteeringOperation.Ablate, null), new(null, other, SteeringOperation.Set, strength)], clamp: true, seen.Code.Pooled, cancellationToken).ConfigureAwait(false);
        var edited = await TalkAsync(
            seen, plan, [Opening[0], AnswerJudge.PresenceQuestion(label), AnswerJudge.PresenceQuestion(other)], cancellationToken).ConfigureAwait(false);
        return new Transcript(labels, other, plain, edited);
    }

    private static IEnumerable<string> Relation(IReadOnlyList<string> labels) =>
        labels.Count == 2 ? [$"Where {(Noun.IsPluralLabel(labels[0]) ? "are" : "is")} the {labels[0]}?"] : [];

    private async Task<Talk> TalkAsync(SeenPicture seen, SteeringPlan plan, IReadOnlyList<string> questions, CancellationToken cancellationToken)
    {
        var dialogue = new List<DialogueTurn>();
        IReadOnlyList<SeenWord> words = [];
        foreach (var question in questions)
        {
            dialogue.Add(new DialogueTurn(Speaker.User, question));
            var answer = new StringBuilder();
            var request = new AnswerRequest(seen, dialogue, plan, new SamplingOptions(MaxTokens) { RepeatPenalty = SamplingOptions.UsualRepeatPenalty }) { Grounding = grounding };
            await foreach (var happened in model.AnswerAsync(request, cancellationToken).ConfigureAwait(false))
            {
                if (happened is AnswerDelta delta)
                {
                    answer.Append(delta.Text);
                }
                else if (happened is AnswerDone done)
                {
                    words = done.Grounding;
                }
            }

            dialogue.Add(new DialogueTurn(Speaker.Assistant, answer.ToString().Trim()));
        }

        return new Talk(words, dialogue);
    }
}

/// <summary>What was said about a picture.</summary>
/// <param name="Labels">What it shows.</param>
/// <param name="Other">What it does not show.</param>
/// <param name="Plain">About the picture as it is.</param>
/// <param name="Edited">With the first label taken out and the other thing put in.</param>
public sealed record Transcript(IReadOnlyList<string> Labels, string Other, Talk Plain, Talk Edited);

/// <summary>A dialogue.</summary>
/// <param name="Words">What the model read of the picture in words.</param>
/// <param name="Turns">Questions and answers in turn.</param>
public sealed record Talk(IReadOnlyList<SeenWord> Words, IReadOnlyList<DialogueTurn> Turns);
