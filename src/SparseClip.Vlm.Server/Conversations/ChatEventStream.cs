using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.OpenAi;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>Writes the events of an answer as server-sent events. For one answer.</summary>
internal sealed partial class ChatEventStream(EventStream events, ILogger<ChatEventStream> log)
{
    /// <summary>
    /// Writes them as they come; what is refused before the model begins with the prompt keeps its own status, and a failure after that is a last event.
    /// </summary>
    /// <param name="response">Where to.</param>
    /// <param name="answer">The events.</param>
    /// <param name="cancellationToken">Cancelled when nobody reads any more.</param>
    public async Task WriteAsync(HttpResponse response, IAsyncEnumerable<ChatEvent> answer, CancellationToken cancellationToken)
    {
        try
        {
            await using var next = answer.GetAsyncEnumerator(cancellationToken);
            var early = new List<ChatEvent>();
            while (await events.KeepAliveAsync(response, next.MoveNextAsync().AsTask(), cancellationToken))
            {
                early.Add(next.Current);
                // Until it is kept it may still be refused.
                if (response.HasStarted || next.Current.Type != ChatEvent.StageType)
                {
                    foreach (var step in early)
                    {
                        await events.WriteAsync(response, step, cancellationToken);
                    }

                    early.Clear();
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
                BrokeOff(log, error);
            }

            await events.WriteAsync(response, refusal.ToEvent(), cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An answer of a conversation broke off while it was streamed")]
    private static partial void BrokeOff(ILogger log, Exception error);
}
