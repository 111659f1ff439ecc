using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Storage;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>What a question of a kept conversation comes to.</summary>
/// <param name="Question">The question with the whole dialogue and the picture that it is about.</param>
/// <param name="Parent">The message that what is said now follows; null for none.</param>
/// <param name="Said">What is said now.</param>
/// <param name="Continued">The answer that is gone on with; null for a new one.</param>
/// <param name="Begun">Its text.</param>
internal sealed record KeptTurn(AskRequest Question, string? Parent, IReadOnlyList<NewMessage> Said, string? Continued, string Begun)
{
    /// <summary>Puts a question behind the branch that it follows. The picture is the question's own, else the last one of the branch.</summary>
    /// <exception cref="RefusedException">404: there is no such message; 400 or 409: nothing can follow it so.</exception>
    public static KeptTurn Of(KeptConversation kept, AskRequest request)
    {
        if (request.Continue is { } continued)
        {
            return OfContinued(kept, request, continued);
        }

        var parent = request.Parent ?? kept.Head;
        var branch = Branch(kept, parent, "parent");
        var said = request.Messages.Select((turn, place) => new NewMessage(
            turn.Role == "developer" ? "system" : turn.Role, turn.Text, place == request.Messages.Count - 1 ? request.Image : null)).ToList();
        if (said.Count == 0 && (branch.Count == 0 || branch[^1].Role != "user"))
        {
            throw new RefusedException(400, ErrorCodes.NoQuestion, "There is no message, and none of the user to answer again; give messages, or as parent a message of the user.", "messages");
        }

        if (said.Count == 0 && request.Image is not null)
        {
            throw new RefusedException(400, ErrorCodes.InvalidValue, "An answer that is made again is about the picture of its question; leave image out, or ask in a new message.", "image");
        }

        return new KeptTurn(Whole(request, branch), parent, said, null, "");
    }

    /// <summary>The refusal of an answer that cannot be gone on with.</summary>
    public static RefusedException NotBroken(string id, string status) => new(
        409, ErrorCodes.AnswerNotBroken, $"The message '{id}' is no answer that broke off: it is {status}. Ask a new question, or have it made again by its question as parent.", "continue");

    private static KeptTurn OfContinued(KeptConversation kept, AskRequest request, string id)
    {
        var branch = Branch(kept, id, "continue");
        var answer = branch[^1];
        if (answer.Role != "assistant" || answer.Status is MessageStatus.Whole or MessageStatus.Writing)
        {
            throw NotBroken(id, answer.Status);
        }

        if (request.Messages.Count > 0 || request.Image is not null || request.Parent is not null)
        {
            throw new RefusedException(400, ErrorCodes.InvalidValue, "An answer is gone on with as it was asked; leave messages, image and parent out.", "continue");
        }

        // As it was asked: what was chosen then holds, and a request of its own would be another.
        var asked = ConversationMapping.Read<AskRequest>(answer.Asked) ?? new AskRequest(null, []);
        return new KeptTurn(Whole(asked with { Messages = [], Image = null }, [.. branch.SkipLast(1)]), answer.Parent, [], id, answer.Text);
    }

    private static AskRequest Whole(AskRequest request, IReadOnlyList<KeptMessage> branch) => request with
    {
        Messages = [.. branch.Where(message => message.Text.Length > 0).Select(message => new ChatTurn(message.Role, message.Text)), .. request.Messages],
        Image = request.Image ?? branch.LastOrDefault(message => message.Picture is not null)?.Picture,
    };

    private static IReadOnlyList<KeptMessage> Branch(KeptConversation kept, string? end, string field) => kept.Branch(end)
        ?? throw new RefusedException(404, "unknown_message", $"There is no message '{(end!.Length > 64 ? end[..64] + "…" : end)}' in this conversation.", field);
}
