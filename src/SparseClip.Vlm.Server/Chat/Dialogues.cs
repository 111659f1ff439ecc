using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>What a dialogue is made of, on HTTP and on the hub.</summary>
internal static class Dialogues
{
    private static readonly Dictionary<string, Speaker> s_speakers = new(StringComparer.Ordinal)
    {
        ["system"] = Speaker.System,
        ["developer"] = Speaker.System,
        ["user"] = Speaker.User,
        ["assistant"] = Speaker.Assistant,
    };

    /// <summary>A role, checked.</summary>
    /// <exception cref="RefusedException">400: there is no such role.</exception>
    public static string Role(RequestValue value)
    {
        var role = value.Text();
        return s_speakers.ContainsKey(role)
            ? role
            : throw value.Refused(ErrorCodes.InvalidRole, $"{value.Path} is '{role}'; give system, developer, user or assistant.");
    }

    /// <summary>
    /// The dialogue of turns whose roles were checked. The model knows one system message, at the head: several, and later ones, are joined there in
    /// their order, an empty line between them.
    /// </summary>
    /// <param name="messages">The turns.</param>
    /// <param name="param">The field that holds them.</param>
    /// <exception cref="RefusedException">400: there are no turns, or the last is not the user's.</exception>
    public static IReadOnlyList<DialogueTurn> Of(IReadOnlyList<ChatTurn> messages, string param = "messages")
    {
        if (messages.Count == 0)
        {
            throw new RefusedException(400, ErrorCodes.NoMessages, "The dialogue is empty; give at least one message of the user.", param);
        }

        var turns = messages.Select(turn => new DialogueTurn(s_speakers[turn.Role], turn.Text)).ToList();
        if (turns[^1].Speaker != Speaker.User)
        {
            throw new RefusedException(400, ErrorCodes.NoQuestion, "The last message must be the user's.", param);
        }

        var system = turns.Where(turn => turn.Speaker == Speaker.System).Select(turn => turn.Text).ToList();
        var spoken = turns.Where(turn => turn.Speaker != Speaker.System);
        return system.Count == 0 ? turns : [new DialogueTurn(Speaker.System, string.Join("\n\n", system)), .. spoken];
    }
}
