using System.Text;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Writes an answer in OpenAI's shapes: one object, or chunks as server-sent events that end with [DONE]. For one answer.</summary>
internal sealed class CompletionWriter(EventStream events, TimeProvider time, ILogger<CompletionWriter> log)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():n}";
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Collects the whole answer.</summary>
    public async Task<ChatCompletion> CollectAsync(AnswerHead answer, IAsyncEnumerable<AnswerEvent> steps, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var tokens = new List<ChosenToken>();
        AnswerDone? end = null;
        await foreach (var step in steps.WithCancellation(cancellationToken))
        {
            if (step is AnswerDelta delta)
            {
                text.Append(delta.Text);
                tokens.AddRange(delta.Tokens);
            }

            end = step as AnswerDone ?? end;
        }

        var done = end ?? throw new InvalidOperationException("The answer ended without its last event.");
        return new ChatCompletion(
            _id,
            "chat.completion",
            _created,
            answer.Model,
            [new CompletionChoice(0, new AssistantMessage("assistant", text.ToString()), done.FinishReason, ToLogprobs(tokens, answer))],
            ToUsage(done.Timings),
            Answers.ToTimings(done.Timings, answer.Picture),
            SteeringMapping.ToReport(done.Applied, done.Moved),
            answer.Seed,
            Answers.ToGrounding(done));
    }

    /// <summary>
    /// Streams the answer. The status goes out when the model has begun with the prompt, or has not for a second: what is refused before that still gets
    /// its own status; a failure afterwards becomes a last event with an error.
    /// </summary>
    public async Task StreamAsync(
        HttpResponse response, AnswerHead answer, IAsyncEnumerable<AnswerEvent> steps, bool includeUsage, CancellationToken cancellationToken)
    {
        try
        {
            await using var next = steps.GetAsyncEnumerator(cancellationToken);
            var isFirst = true;
            while (await events.KeepAliveAsync(response, next.MoveNextAsync().AsTask(), cancellationToken))
            {
                if (next.Current is AnswerStage stage)
                {
                    await events.TouchAsync(response, begins: stage.Stage == "prefill", cancellationToken);
                    continue;
                }

                if (isFirst)
                {
                    await events.WriteAsync(response, Chunk(answer, new ChunkDelta("assistant", ""), null), cancellationToken);
                    isFirst = false;
                }

                if (next.Current is AnswerDelta delta)
                {
                    await events.WriteAsync(response, Chunk(answer, new ChunkDelta(Content: delta.Text), null, ToLogprobs(delta.Tokens, answer)), cancellationToken);
                }
                else if (next.Current is AnswerDone done)
                {
                    await EndAsync(response, answer, done, includeUsage, cancellationToken);
                }
            }
        }
#pragma warning disable CA1031 // The status has gone out; the error can only be told inside the stream.
        catch (Exception error) when (response.HasStarted && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var refusal = Refusal.From(error);
            if (refusal.Status == 500)
            {
                log.LogError(error, "An answer broke off while it was streamed");
            }

            await events.WriteAsync(response, RefusalHandler.ToOpenAi(refusal), cancellationToken);
        }
    }

    private async Task EndAsync(HttpResponse response, AnswerHead answer, AnswerDone done, bool includeUsage, CancellationToken cancellationToken)
    {
        var last = Chunk(answer, new ChunkDelta(), done.FinishReason) with
        {
            Timings = Answers.ToTimings(done.Timings, answer.Picture),
            Steering = SteeringMapping.ToReport(done.Applied, done.Moved),
            Seed = answer.Seed,
            Grounding = Answers.ToGrounding(done),
        };
        await events.WriteAsync(response, last, cancellationToken);
        if (includeUsage)
        {
            await events.WriteAsync(response, last with { Choices = [], Usage = ToUsage(done.Timings), Steering = null }, cancellationToken);
        }

        await events.EndAsync(response, cancellationToken);
    }

    private ChatCompletionChunk Chunk(AnswerHead answer, ChunkDelta delta, string? finishReason, ChoiceLogprobs? logprobs = null) =>
        new(_id, "chat.completion.chunk", _created, answer.Model, [new ChunkChoice(0, delta, finishReason, logprobs)]);

    /// <summary>An answer without a token has an empty list where probabilities were asked for.</summary>
    private static ChoiceLogprobs? ToLogprobs(IReadOnlyList<ChosenToken> tokens, AnswerHead answer) => !answer.HasLogprobs ? null : new([.. tokens.Select(token => new ChosenTokenLogprob(
        token.Token.Text, token.Token.LogProbability, ToBytes(token.Token), [.. token.Likeliest.Select(other => new TokenLogprob(other.Text, other.LogProbability, ToBytes(other)))]))]);

    private static int[] ToBytes(TokenProbability token) => [.. token.Bytes.ToArray().Select(letter => (int)letter)];

    private static Usage ToUsage(AnswerTimings timings)
    {
        var prompt = timings.CacheN + timings.PromptN;
        return new Usage(prompt, timings.PredictedN, prompt + timings.PredictedN, new PromptTokensDetails(timings.CacheN));
    }
}
