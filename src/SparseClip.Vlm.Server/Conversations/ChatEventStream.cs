using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.OpenAi;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>Writes the events of an answer as server-sent events. For one answer.</summary>
internal sealed class ChatEventStream(EventStream events)
{
    /// <summary>
    /// Writes them as they come; what is refused before the model begins with the prompt keeps its own status, and a failure after that is a last event.
    /// </summary>
    /// <param name="response">Where to.</param>
    /// <param name="answer">The events.</param>
    /// <param name="cancellationToken">Cancelled when nobody reads any more.</param>
    public Task WriteAsync(HttpResponse response, IAsyncEnumerable<ChatEvent> answer, CancellationToken cancellationToken)
    {
        var early = new List<ChatEvent>();
        return events.FollowAsync(response, answer, TakeAsync, refusal => events.WriteAsync(response, refusal.ToEvent(), cancellationToken), cancellationToken);

        async Task TakeAsync(ChatEvent latest)
        {
            early.Add(latest);
            // Until it is kept it may still be refused.
            if (!response.HasStarted && latest.Type == ChatEvent.StageType)
            {
                return;
            }

            foreach (var step in early)
            {
                await events.WriteAsync(response, step, cancellationToken);
            }

            early.Clear();
        }
    }
}
