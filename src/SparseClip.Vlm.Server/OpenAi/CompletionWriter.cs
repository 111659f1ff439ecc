using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Writes an answer in OpenAI's shapes: one object, or chunks as server-sent events that end with [DONE].</summary>
internal sealed class CompletionWriter(IOptions<JsonOptions> json, TimeProvider time, ILogger<CompletionWriter> log)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():n}";
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Collects the whole answer.</summary>
    public async Task<ChatCompletion> CollectAsync(
        string model, IAsyncEnumerable<AnswerEvent> steps, StoredPicture? picture, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        AnswerDone? end = null;
        await foreach (var step in steps.WithCancellation(cancellationToken))
        {
            if (step is AnswerDelta delta)
            {
                text.Append(delta.Text);
            }

            end = step as AnswerDone ?? end;
        }

        var done = end ?? throw new InvalidOperationException("The answer ended without its last event.");
        return new ChatCompletion(
            _id,
            "chat.completion",
            _created,
            model,
            [new CompletionChoice(0, new AssistantMessage("assistant", text.ToString()), done.FinishReason)],
            ToUsage(done.Timings),
            Answers.ToTimings(done.Timings, picture),
            SteeringMapping.ToReport(done.Applied));
    }

    /// <summary>
    /// Streams the answer. The status is only sent with the first piece of text, so that what is refused during prefill still gets its own
    /// status; a failure after that becomes a last event with an error.
    /// </summary>
    public async Task StreamAsync(
        HttpContext context, string model, IAsyncEnumerable<AnswerEvent> steps, StoredPicture? picture, bool includeUsage, CancellationToken cancellationToken)
    {
        var response = context.Response;
        try
        {
            await foreach (var step in steps.WithCancellation(cancellationToken))
            {
                if (step is AnswerStage)
                {
                    continue;
                }

                if (!response.HasStarted)
                {
                    response.ContentType = "text/event-stream";
                    response.Headers.CacheControl = "no-store";
                    await WriteAsync(response, Chunk(model, new ChunkDelta("assistant", ""), null), cancellationToken);
                }

                if (step is AnswerDelta delta)
                {
                    await WriteAsync(response, Chunk(model, new ChunkDelta(Content: delta.Text), null), cancellationToken);
                }
                else if (step is AnswerDone done)
                {
                    var last = Chunk(model, new ChunkDelta(), done.FinishReason) with
                    {
                        Timings = Answers.ToTimings(done.Timings, picture),
                        Steering = SteeringMapping.ToReport(done.Applied),
                    };
                    await WriteAsync(response, last, cancellationToken);
                    if (includeUsage)
                    {
                        await WriteAsync(response, last with { Choices = [], Usage = ToUsage(done.Timings), Steering = null }, cancellationToken);
                    }
                }
            }

            await response.WriteAsync("data: [DONE]\n\n", cancellationToken);
        }
#pragma warning disable CA1031 // The status has gone out; the error can only be told inside the stream.
        catch (Exception error) when (response.HasStarted && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var refusal = Refusal.From(error);
            log.LogError(error, "An answer broke off while it was streamed");
            await WriteAsync(response, RefusalHandler.ToOpenAi(refusal), cancellationToken);
        }
    }

    private ChatCompletionChunk Chunk(string model, ChunkDelta delta, string? finishReason) =>
        new(_id, "chat.completion.chunk", _created, model, [new ChunkChoice(0, delta, finishReason)]);

    private static Usage ToUsage(AnswerTimings timings)
    {
        var prompt = timings.CacheN + timings.PromptN;
        return new Usage(prompt, timings.PredictedN, prompt + timings.PredictedN, new PromptTokensDetails(timings.CacheN));
    }

    private async Task WriteAsync<T>(HttpResponse response, T value, CancellationToken cancellationToken)
    {
        await response.WriteAsync($"data: {JsonSerializer.Serialize(value, json.Value.SerializerOptions)}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
