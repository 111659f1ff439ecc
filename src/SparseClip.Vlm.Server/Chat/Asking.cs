using System.Runtime.CompilerServices;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>From a question to the events of its answer.</summary>
public sealed class Asking(ModelHost host, PictureStore pictures, Answers answers, SamplingReader sampling)
{
    /// <summary>Answers a question whose messages are the whole dialogue.</summary>
    /// <param name="request">The question.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="begun">The beginning of the answer, which is gone on from; empty for none.</param>
    /// <param name="cancellationToken">Stops the answer.</param>
    /// <exception cref="Refusals.RefusedException">It cannot be answered so; before the first stage "prefill" nothing has been made.</exception>
    public async IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, Caller caller, string begun, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var dialogue = Dialogues.Of(request.Messages);
        var model = host.Require();
        using var place = answers.Enter();
        StoredPicture? picture = null;
        if (request.Image is { } id)
        {
            yield return Stage("encode", 0);
            picture = await pictures.GetAsync(id, caller, cancellationToken);
        }

        var grounding = GroundingReader.Of(request.Grounding, picture?.Seen, model);
        var plan = await model.Features.ToPlanAsync(request.Steering, picture?.Seen, cancellationToken);
        var chosen = sampling.Options(Wishes(request));
        var asked = new AnswerRequest(picture?.Seen, dialogue, plan, chosen) { Grounding = grounding, Deterministic = request.Deterministic == true, Begun = begun };
        var (question, leftOut) = Truncation.Apply(model, asked, request.Truncate);
        await foreach (var step in place.AskAsync(question, cancellationToken))
        {
            yield return step switch
            {
                AnswerStage stage => Stage(stage.Stage, stage.Progress),
                AnswerDelta delta => new ChatEvent { Type = ChatEvent.DeltaType, Text = delta.Text },
                AnswerDone done => new ChatEvent
                {
                    Type = ChatEvent.DoneType,
                    FinishReason = done.FinishReason,
                    Steering = SteeringMapping.ToReport(done.Applied, done.Moved),
                    Seed = SamplingReader.Told(chosen),
                    Grounding = Answers.ToGrounding(done),
                    LeftOut = leftOut > 0 ? leftOut : null,
                    Timings = Answers.ToTimings(done.Timings, picture),
                },
                _ => throw new InvalidOperationException($"Unknown step {step.GetType().Name}."),
            };
        }
    }

    private static SamplingWishes Wishes(AskRequest request) => new()
    {
        Tokens = request.MaxTokens,
        Temperature = request.Temperature,
        TopP = request.TopP,
        TopK = request.TopK,
        MinP = request.MinP,
        TypicalP = request.TypicalP,
        RepeatPenalty = request.RepeatPenalty,
        FrequencyPenalty = request.FrequencyPenalty,
        PresencePenalty = request.PresencePenalty,
        Seed = request.Seed,
    };

    private static ChatEvent Stage(string stage, double progress) => new() { Type = ChatEvent.StageType, Stage = stage, Progress = progress };
}
