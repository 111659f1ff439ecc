using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>Checks what a question is made of; shared by the hub and the OpenAI routes.</summary>
public sealed class AskReader(IOptions<ServerOptions> options)
{
    /// <summary>The turns of a dialogue.</summary>
    /// <exception cref="RefusedException">400: there are none, a role is unknown, a system turn is not the first, or the last turn is not the user's.</exception>
    public IReadOnlyList<DialogueTurn> Dialogue(IReadOnlyList<ChatTurn> messages)
    {
        if (messages is not { Count: > 0 })
        {
            throw new RefusedException(400, "no_messages", "The dialogue is empty; give at least one message of the user.", "messages");
        }

        var turns = messages.Select((turn, place) => new DialogueTurn(ToSpeaker(turn.Role, place), turn.Text ?? "")).ToList();
        if (turns[^1].Speaker != Speaker.User)
        {
            throw new RefusedException(400, "no_question", "The last message must be the user's.", "messages");
        }

        return turns.Skip(1).All(turn => turn.Speaker != Speaker.System)
            ? turns
            : throw new RefusedException(400, "misplaced_system", "A system message must be the first.", "messages");
    }

    /// <summary>The sampling options.</summary>
    /// <exception cref="RefusedException">400: a value is out of its range.</exception>
    public SamplingOptions Sampling(int? maxTokens, float? temperature, float? topP, long? seed, IReadOnlyList<string>? stop)
    {
        var limit = options.Value.MaxAnswerTokens;
        if (maxTokens is < 1)
        {
            throw new RefusedException(400, "invalid_value", $"max_tokens is {maxTokens}; give 1 or more.", "max_tokens");
        }

        if (temperature is { } heat && !(heat is >= 0 and <= 2))
        {
            throw new RefusedException(400, "invalid_value", $"temperature is {heat}; give 0 to 2.", "temperature");
        }

        if (topP is { } nucleus && !(nucleus is > 0 and <= 1))
        {
            throw new RefusedException(400, "invalid_value", $"top_p is {nucleus}; give a number above 0 up to 1.", "top_p");
        }

        if (stop is { Count: > 4 })
        {
            throw new RefusedException(400, "invalid_value", $"{stop.Count} stop texts; give at most 4.", "stop");
        }

        return new SamplingOptions(
            Math.Min(maxTokens ?? 128, limit), temperature ?? 0f, topP ?? 1f, unchecked((uint)(seed ?? 0)),
            stop?.Where(text => text.Length > 0).ToArray());
    }

    private static Speaker ToSpeaker(string role, int place) => role switch
    {
        "system" or "developer" => Speaker.System,
        "user" => Speaker.User,
        "assistant" => Speaker.Assistant,
        _ => throw new RefusedException(
            400, "invalid_role", $"The role of message {place} is '{role}'; give system, user or assistant.", "messages"),
    };
}
