using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Writes an answer in the shapes of OpenAI's Responses API: one object, or named and numbered server-sent events. For one answer.</summary>
internal sealed class ResponseWriter(EventStream events, TimeProvider time)
{
    private readonly string _id = $"resp_{Guid.NewGuid():n}";
    private readonly string _message = $"msg_{Guid.NewGuid():n}";
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();
    private readonly MadeAnswer _made = new();
    private int _sequence;
    private bool _isBegun;
    private bool _isSpoken;

    /// <summary>Collects the whole answer.</summary>
    public async Task<ModelResponse> CollectAsync(AskedResponse asked, AnswerHead answer, IAsyncEnumerable<ChoiceStep> steps, CancellationToken cancellationToken)
    {
        await foreach (var (_, step) in steps.WithCancellation(cancellationToken))
        {
            _made.Add(step);
        }

        return Ended(ResponseShapes.Begun(_id, _created, asked, answer), answer);
    }

    /// <summary>
    /// Streams the answer. The status and the first events go out when the model has begun with the prompt, or after a second the status alone: what is refused before that still gets its own status; a
    /// failure afterwards becomes a last event with an error.
    /// </summary>
    public Task StreamAsync(HttpResponse response, AskedResponse asked, AnswerHead answer, IAsyncEnumerable<ChoiceStep> steps, CancellationToken cancellationToken)
    {
        var begun = ResponseShapes.Begun(_id, _created, asked, answer);
        return events.FollowAsync(response, steps, WriteAsync, FailAsync, cancellationToken);

        async Task WriteAsync(ChoiceStep next)
        {
            if (next.Step is AnswerStage stage && (_isBegun || stage.Stage != "prefill"))
            {
                await events.TouchAsync(response, begins: false, cancellationToken);
                return;
            }

            foreach (var told in Tell(next.Step, begun, answer))
            {
                await events.WriteAsync(response, told.Type, told, cancellationToken);
            }
        }

        Task FailAsync(Refusal refusal) => events.WriteAsync(
            response, "error", new ResponseErrorEvent("error", _sequence++, refusal.Code, refusal.Message, refusal.Param), cancellationToken);
    }

    /// <summary>The events of a step, and those that have to come before them.</summary>
    private IEnumerable<ResponseStreamEvent> Tell(AnswerEvent step, ModelResponse begun, AnswerHead answer)
    {
        _made.Add(step);
        if (!_isBegun)
        {
            _isBegun = true;
            yield return Event("response.created") with { Response = begun };
            yield return Event("response.in_progress") with { Response = begun };
        }

        if (!_isSpoken && step is AnswerDelta or AnswerDone)
        {
            _isSpoken = true;
            yield return Event("response.output_item.added") with { OutputIndex = 0, Item = ResponseShapes.Message(_message, ResponseShapes.InProgress) };
            yield return OfText("response.content_part.added") with { Part = ResponseShapes.Text("", []) };
        }

        if (step is AnswerDelta delta)
        {
            yield return OfText("response.output_text.delta") with { Delta = delta.Text, Logprobs = AnswerMapping.ToLogprobs(delta.Tokens) };
        }
        else if (step is AnswerDone)
        {
            var ended = Ended(begun, answer);
            var (message, text) = (ended.Output[0], ended.Output[0].Content[0]);
            yield return OfText("response.output_text.done") with { Text = text.Text, Logprobs = text.Logprobs };
            yield return OfText("response.content_part.done") with { Part = text };
            yield return Event("response.output_item.done") with { OutputIndex = 0, Item = message };
            yield return Event($"response.{ended.Status}") with { Response = ended };
        }
    }

    private ModelResponse Ended(ModelResponse begun, AnswerHead answer) => ResponseShapes.Ended(
        begun, answer, _made, ResponseShapes.Message(_message, ResponseShapes.StatusOf(_made.Done), ResponseShapes.Text(_made.Text, _made.Tokens)));

    private ResponseStreamEvent Event(string type) => new(type, _sequence++);

    private ResponseStreamEvent OfText(string type) => Event(type) with { ItemId = _message, OutputIndex = 0, ContentIndex = 0 };
}
