using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>The hub of the page: questions in, events out. Pictures cross it by id only. Unsubscribing stops the answer.</summary>
public sealed class ChatHub(KeyGuard guard, Audit audit, RateLimits rates, IAnswerSource source, AskReader reader, ILogger<ChatHub> log) : Hub
{
    private readonly Audit _audit = audit;

    /// <summary>Where the hub is mapped.</summary>
    public const string Route = "/hubs/chat";

    /// <summary>
    /// The most bytes of one message. Far above what a question may have (<see cref="AskReader.MaxBytes"/>), because SignalR closes the connection at
    /// this one, while a question above the other one is an error event.
    /// </summary>
    public const int MaxMessageBytes = 16 * AskReader.MaxBytes;

    /// <summary>Answers a question. Errors come as a last event, never as an exception of the stream.</summary>
    /// <param name="question">An <see cref="AskRequest"/>, as raw JSON: so that one reader tells what is wrong with it, here and on HTTP.</param>
    /// <param name="cancellationToken">Stops the answer.</param>
    public async IAsyncEnumerable<ChatEvent> Ask(JsonElement question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var noted = new Noted(this);
        await using var steps = AnswerAsync(question, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            ChatEvent? step;
            try
            {
                step = await steps.MoveNextAsync() ? steps.Current : null;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                yield break;
            }
#pragma warning disable CA1031 // Every failure becomes a readable event; the connection lives on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                step = ToError(error, out noted.Status);
            }

            if (step is null)
            {
                yield break;
            }

            yield return step;
            if (step.Type == ChatEvent.ErrorType)
            {
                yield break;
            }
        }
    }

    private async IAsyncEnumerable<ChatEvent> AnswerAsync(JsonElement json, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        guard.RequireHeld(Context.User);
        rates.RequireAnswer(Context.GetHttpContext());
        var request = reader.Read(json);
        await foreach (var step in source.AskAsync(request, Caller.Of(Context.User), cancellationToken))
        {
            yield return step;
        }
    }

    private ChatEvent ToError(Exception error, out int status)
    {
        var refusal = Refusal.From(error);
        status = refusal.Status;
        if (refusal.Status == 500)
        {
            log.LogError(error, "A question on the hub failed (connection {ConnectionId})", Context.ConnectionId);
        }

        return refusal.ToEvent();
    }

    /// <summary>Notes a question when it has ended, however that was.</summary>
    private sealed class Noted(ChatHub hub) : IDisposable
    {
        public int Status = 200;

        public void Dispose() => hub._audit.Note(hub.Context.User, Route + "/" + nameof(Ask), Status, hub.Context.GetHttpContext()?.Connection.RemoteIpAddress?.ToString(), hub.Context.ConnectionId);
    }
}
