using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Writes an answer in OpenAI's shapes: one object, or chunks as server-sent events that end with [DONE]. For one answer.</summary>
internal sealed class CompletionWriter(EventStream events, TimeProvider time)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():n}";
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Collects the whole answers.</summary>
    public async Task<ChatCompletion> CollectAsync(AnswerHead answer, IAsyncEnumerable<ChoiceStep> steps, CancellationToken cancellationToken)
    {
        List<MadeAnswer> made = [.. answer.Choices.Select(_ => new MadeAnswer())];
        await foreach (var (choice, step) in steps.WithCancellation(cancellationToken))
        {
            made[choice].Add(step);
        }

        AnswerDone[] done = [.. made.Select(one => one.Done)];
        var timings = Together(done);
        return new ChatCompletion(
            _id,
            "chat.completion",
            _created,
            answer.Model,
            [.. made.Select((one, choice) => new CompletionChoice(
                choice, new AssistantMessage("assistant", one.Text), one.Done.FinishReason, ToLogprobs(one.Tokens, answer)))],
            AnswerMapping.ToUsage(timings),
            Answers.ToTimings(timings, answer.Picture),
            SteeringMapping.ToReport(done[0].Applied, done[0].Moved),
            answer.Seed,
            Answers.ToGrounding(done[0]),
            answer.LeftOut);
    }

    /// <summary>
    /// Streams the answers, whose chunks take turns as they come. The status goes out when the model has begun with the prompt, or has not for a second: what is refused before that still gets
    /// its own status; a failure afterwards becomes a last event with an error.
    /// </summary>
    public Task StreamAsync(
        HttpResponse response, AnswerHead answer, IAsyncEnumerable<ChoiceStep> steps, bool includeUsage, CancellationToken cancellationToken)
    {
        var begun = new HashSet<int>();
        var done = new SortedDictionary<int, AnswerDone>();
        return events.FollowAsync(response, steps, WriteAsync, refusal => events.WriteAsync(response, RefusalHandler.ToOpenAi(refusal), cancellationToken), cancellationToken);

        async Task WriteAsync(ChoiceStep next)
        {
            var (choice, step) = next;
            if (step is AnswerStage stage)
            {
                await events.TouchAsync(response, begins: stage.Stage == "prefill", cancellationToken);
                return;
            }

            if (begun.Add(choice))
            {
                await events.WriteAsync(response, Chunk(answer, choice, new ChunkDelta("assistant", "")), cancellationToken);
            }

            if (step is AnswerDelta delta)
            {
                await events.WriteAsync(response, Chunk(answer, choice, new ChunkDelta(Content: delta.Text), logprobs: ToLogprobs(delta.Tokens, answer)), cancellationToken);
            }
            else if (step is AnswerDone end)
            {
                done[choice] = end;
                await EndAsync(response, answer, choice, done, includeUsage, cancellationToken);
            }
        }
    }

    /// <summary>Says that one answer is whole and, with the last of them, what holds for all.</summary>
    private async Task EndAsync(
        HttpResponse response, AnswerHead answer, int choice, SortedDictionary<int, AnswerDone> done, bool includeUsage, CancellationToken cancellationToken)
    {
        var last = Chunk(answer, choice, new ChunkDelta(), done[choice].FinishReason);
        if (done.Count < answer.Choices.Count)
        {
            await events.WriteAsync(response, last, cancellationToken);
            return;
        }

        var timings = Together([.. done.Values]);
        last = last with
        {
            Timings = Answers.ToTimings(timings, answer.Picture),
            Steering = SteeringMapping.ToReport(done[0].Applied, done[0].Moved),
            Seed = answer.Seed,
            Grounding = Answers.ToGrounding(done[0]),
            LeftOut = answer.LeftOut,
        };
        await events.WriteAsync(response, last, cancellationToken);
        if (includeUsage)
        {
            await events.WriteAsync(response, last with { Choices = [], Usage = AnswerMapping.ToUsage(timings), Steering = null }, cancellationToken);
        }

        await events.EndAsync(response, cancellationToken);
    }

    private ChatCompletionChunk Chunk(AnswerHead answer, int choice, ChunkDelta delta, string? finishReason = null, ChoiceLogprobs? logprobs = null) =>
        new(_id, "chat.completion.chunk", _created, answer.Model, [new ChunkChoice(choice, delta, finishReason, logprobs)]);

    /// <summary>The counts of several answers to one prompt: the prompt as the first met it, the tokens of all, and the time of the longest, since they are made at once.</summary>
    private static AnswerTimings Together(AnswerDone[] done) => done[0].Timings with
    {
        PredictedN = done.Sum(end => end.Timings.PredictedN),
        PredictedMs = done.Max(end => end.Timings.PredictedMs),
    };

    /// <summary>An answer without a token has an empty list where probabilities were asked for.</summary>
    private static ChoiceLogprobs? ToLogprobs(IReadOnlyList<ChosenToken> tokens, AnswerHead answer) => answer.HasLogprobs ? new(AnswerMapping.ToLogprobs(tokens)) : null;
}
