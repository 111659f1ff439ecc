using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>Keeps what belongs to a conversation, and nothing of other questions.</summary>
internal sealed class AnswerSource(Asking asking, KeptAnswers kept) : IAnswerSource
{
    /// <inheritdoc />
    public IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (request.Conversation is not null)
        {
            return kept.AskAsync(request, caller, cancellationToken);
        }

        var stray = request.Parent is not null ? "parent" : request.Continue is not null ? "continue" : request.RequestId is not null ? "requestId" : null;
        return stray is null
            ? asking.AskAsync(request, caller, begun: "", cancellationToken)
            : throw new RefusedException(400, ErrorCodes.MissingParameter, $"{stray} belongs to a conversation that is kept; give its id as conversation.", "conversation");
    }
}
