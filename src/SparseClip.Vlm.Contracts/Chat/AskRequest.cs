using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.Chat;

/// <summary>A question on the hub. A field that is absent or null has its default; one that is not known is refused.</summary>
/// <param name="Image">The id of an uploaded picture; null for a dialogue without one.</param>
/// <param name="Messages">The turns so far; the last one is the user's.</param>
/// <param name="Steering">Edits of what the model sees; only with a picture.</param>
/// <param name="MaxTokens">The most tokens to answer with, 1 up to the server's Server:MaxAnswerTokens; null for 128.</param>
/// <param name="Temperature">0 to 2; null for 0, which always takes the likeliest token.</param>
/// <param name="Seed">The same seed gives the same answer, 0 to 4294967294; null for a new one where chance decides.</param>
/// <param name="Grounding">"words": the model also reads in words what the picture's code, edited, says; "off": the embeddings alone; null for words.</param>
/// <param name="RepeatPenalty">How much less likely the last 64 tokens of the answer are to come again, 1 (not at all) to 2; null for 1.1.</param>
/// <param name="Deterministic">Whether the answer is the same, bit for bit, whatever else the server computes, and is computed apart from others; null for false, together with them.</param>
public sealed record AskRequest(
    string? Image,
    IReadOnlyList<ChatTurn> Messages,
    SteeringDto? Steering = null,
    int? MaxTokens = null,
    float? Temperature = null,
    uint? Seed = null,
    string? Grounding = null,
    float? RepeatPenalty = null,
    bool? Deterministic = null)
{
    /// <summary>The kept conversation that the question belongs to: <see cref="Messages"/> then holds what is said now, and what was said before stands there; null to keep nothing.</summary>
    public string? Conversation { get; init; }

    /// <summary>The message of that conversation which these follow; null for the end of the branch that is shown. A message of the user without further ones is answered again.</summary>
    public string? Parent { get; init; }

    /// <summary>What the client calls this question, up to 200 letters: asked again in that conversation, it gets the answer that was made. Null for none.</summary>
    public string? RequestId { get; init; }

    /// <summary>An answer of that conversation which was stopped or broke off, to be gone on with as it was asked; no message comes with it.</summary>
    public string? Continue { get; init; }

    /// <summary>What becomes of a dialogue that is too long for the context: "refuse" or "oldest", its oldest messages are left out; null for refuse.</summary>
    public string? Truncate { get; init; }

    /// <summary>Tokens are chosen among the likeliest that together have this share of the probability, above 0 to 1; null for 1.</summary>
    public float? TopP { get; init; }

    /// <summary>Tokens are chosen among so many of the likeliest; null, 0 and -1 for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Tokens are chosen among those that are at least so many times as likely as the likeliest, 0 to 1; null for 0.</summary>
    public float? MinP { get; init; }

    /// <summary>Tokens are chosen among the most typical that together have this share of the probability, above 0 to 1; null for 1.</summary>
    public float? TypicalP { get; init; }

    /// <summary>Taken from the logit of a token once for each time that it stands among the last 64 tokens of the answer, -2 to 2; null for 0.</summary>
    public float? FrequencyPenalty { get; init; }

    /// <summary>Taken once from the logit of each of the last 64 tokens of the answer, -2 to 2; null for 0.</summary>
    public float? PresencePenalty { get; init; }
}

/// <summary>One turn of a dialogue.</summary>
/// <param name="Role">"system" | "developer" | "user" | "assistant".</param>
/// <param name="Text">What was said.</param>
public sealed record ChatTurn(string Role, string Text);
