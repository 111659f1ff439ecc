using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Access;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>Answers questions, of kept conversations and others.</summary>
public interface IAnswerSource
{
    /// <summary>The events of an answer; the last one is "done", or it ends with an exception.</summary>
    /// <param name="request">The question.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Stops the answer.</param>
    /// <exception cref="Refusals.RefusedException">It cannot be answered so.</exception>
    IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, Caller caller, CancellationToken cancellationToken);
}
