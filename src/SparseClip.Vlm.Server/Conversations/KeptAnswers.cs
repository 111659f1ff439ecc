using System.Runtime.CompilerServices;
using System.Text;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Storage;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>
/// Answers questions of kept conversations. Question and answer are kept when the model begins with the prompt (event "kept"); what is refused before leaves nothing. While the answer is made its text is kept every <see cref="TokensAWrite"/> pieces or
/// half a second, so that a process that is killed loses no more, and its end before it is told.
/// </summary>
public sealed class KeptAnswers(ConversationHost conversations, Asking asking, ModelHost host, Drain drain, TimeProvider time)
{
    /// <summary>The most pieces of an answer that are told and not kept.</summary>
    private const int TokensAWrite = 32;

    private static readonly TimeSpan s_write = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it is looked whether an answer to the same request has ended.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    /// <summary>Answers a question of a conversation, or gives the answer that was made to the same request.</summary>
    /// <param name="request">The question; its messages are what is said now.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Stops the answer, which is kept as far as it came.</param>
    /// <exception cref="RefusedException">There is no such conversation or message, or it cannot be answered so.</exception>
    public async IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var store = await conversations.StoreAsync(cancellationToken);
        var owner = caller.Name ?? "";
        var kept = await store.GetAsync(owner, request.Conversation!, cancellationToken);
        var isKnown = Known(kept, request) is not null;
        await foreach (var step in isKnown ? ReplayAsync(store, owner, kept.Id, request, cancellationToken) : MakeAsync(store, owner, kept, request, caller, cancellationToken))
        {
            yield return step;
        }
    }

    private static KeptMessage? Known(KeptConversation kept, AskRequest request) => request.RequestId is null ? null : kept.Messages.FirstOrDefault(message => message.RequestId == request.RequestId);

    private async IAsyncEnumerable<ChatEvent> MakeAsync(
        ConversationStore store, string owner, KeptConversation kept, AskRequest request, Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var turn = KeptTurn.Of(kept, request);
        var text = new StringBuilder(turn.Begun);
        string? answer = null;
        var (status, pieces, written, isTaken) = (MessageStatus.Failed, 0, time.GetTimestamp(), false);
        try
        {
            await using var steps = asking.AskAsync(turn.Question, caller, turn.Begun, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (!isTaken && await NextAsync(steps, cancellationToken))
            {
                var step = steps.Current;
                if (answer is null && step is { Type: ChatEvent.StageType, Stage: "prefill" })
                {
                    (var begun, answer) = await BeginAsync(store, owner, kept.Id, turn, request, cancellationToken);
                    isTaken = answer is null;
                    if (begun is not null)
                    {
                        yield return begun;
                    }
                }
                else if (step.Type == ChatEvent.DeltaType)
                {
                    text.Append(step.Text);
                    if (++pieces >= TokensAWrite || time.GetElapsedTime(written) >= s_write)
                    {
                        await store.WriteAsync(answer!, text.ToString(), MessageStatus.Writing, null, cancellationToken);
                        (pieces, written) = (0, time.GetTimestamp());
                    }
                }
                else if (step.Type == ChatEvent.DoneType)
                {
                    var model = host.Require();
                    await store.WriteAsync(answer!, text.ToString(), MessageStatus.Whole, ConversationMapping.Write(new AnswerOutcome(model.Name, model.Tower, step)), cancellationToken);
                    status = MessageStatus.Whole;
                }

                if (!isTaken)
                {
                    yield return step;
                }
            }
        }
        finally
        {
            if (answer is not null && status != MessageStatus.Whole)
            {
                status = drain.Interrupted.IsCancellationRequested ? MessageStatus.Interrupted : cancellationToken.IsCancellationRequested ? MessageStatus.Stopped : status;
                await store.WriteAsync(answer, text.ToString(), status, null, CancellationToken.None);
            }
        }

        if (isTaken)
        {
            await foreach (var step in ReplayAsync(store, owner, kept.Id, request, cancellationToken))
            {
                yield return step;
            }
        }

        static async Task<bool> NextAsync(IAsyncEnumerator<ChatEvent> steps, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await steps.MoveNextAsync();
        }
    }

    /// <summary>Keeps the question; nothing where another one of its id came first.</summary>
    private static async Task<(ChatEvent? Begun, string? Answer)> BeginAsync(
        ConversationStore store, string owner, string conversation, KeptTurn turn, AskRequest request, CancellationToken cancellationToken)
    {
        if (turn.Continued is { } continued)
        {
            if (!await store.ReopenAsync(continued, cancellationToken))
            {
                throw KeptTurn.NotBroken(continued, MessageStatus.Writing);
            }

            return (new ChatEvent { Type = ChatEvent.KeptType, Answer = continued }, continued);
        }

        var asked = ConversationMapping.Write(request with { Messages = [], Conversation = null, Parent = null, RequestId = null, Image = turn.Question.Image });
        IReadOnlyList<KeptMessage> added;
        try
        {
            added = await store.AskAsync(owner, conversation, turn.Parent, turn.Said, asked, request.RequestId, cancellationToken);
        }
        catch (ConversationStoreException error) when (error.Error == ConversationStoreError.RequestExists)
        {
            return default;
        }

        return (new ChatEvent { Type = ChatEvent.KeptType, Question = added.Count > 1 ? added[^2].Id : null, Answer = added[^1].Id }, added[^1].Id);
    }

    /// <summary>The answer that was made to the same request; one that is still made is waited for.</summary>
    private async IAsyncEnumerable<ChatEvent> ReplayAsync(ConversationStore store, string owner, string conversation, AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var message = await FindAsync();
        yield return new ChatEvent { Type = ChatEvent.KeptType, Question = message.Parent, Answer = message.Id };
        while (message.Status == MessageStatus.Writing)
        {
            await Task.Delay(s_look, time, cancellationToken);
            message = await FindAsync();
        }

        if (message.Text.Length > 0)
        {
            yield return new ChatEvent { Type = ChatEvent.DeltaType, Text = message.Text };
        }

        yield return ConversationMapping.Read<AnswerOutcome>(message.Outcome)?.Done is { } done && message.Status == MessageStatus.Whole ? done : throw new RefusedException(
            409, ErrorCodes.AnswerNotWhole, $"The answer to this request is {message.Status}, and no more of it comes; go on with it by continue: '{message.Id}', or ask with another requestId.", "requestId");

        async Task<KeptMessage> FindAsync() => Known(await store.GetAsync(owner, conversation, cancellationToken), request)!;
    }
}
