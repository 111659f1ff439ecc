using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.Chat;

/// <summary>A question on the hub.</summary>
/// <param name="Image">The id of an uploaded picture; null for a dialogue without one.</param>
/// <param name="Messages">The turns so far; the last one is the user's.</param>
/// <param name="Steering">Edits of what the model sees; only with a picture.</param>
/// <param name="MaxTokens">The most tokens to answer with.</param>
/// <param name="Temperature">0 for the likeliest answer, up to 2.</param>
/// <param name="Seed">The same seed gives the same answer.</param>
public sealed record AskRequest(
    string? Image,
    IReadOnlyList<ChatTurn> Messages,
    SteeringDto? Steering = null,
    int MaxTokens = 128,
    float Temperature = 0f,
    uint Seed = 0);

/// <summary>One turn of a dialogue.</summary>
/// <param name="Role">"system" | "user" | "assistant".</param>
/// <param name="Text">What was said.</param>
public sealed record ChatTurn(string Role, string Text);
