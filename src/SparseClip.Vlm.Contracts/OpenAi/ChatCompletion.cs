using System.Text.Json.Serialization;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>An answer in one piece.</summary>
/// <param name="Seed">The seed of the answer; absent when its temperature was 0.</param>
public sealed record ChatCompletion(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<CompletionChoice> Choices,
    Usage Usage,
    TimingsDto Timings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SteeringReport? Steering,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] uint? Seed);

/// <summary>The one choice.</summary>
public sealed record CompletionChoice(
    int Index, AssistantMessage Message, [property: JsonPropertyName("finish_reason")] string FinishReason);

/// <summary>What the assistant said.</summary>
public sealed record AssistantMessage(string Role, string Content);

/// <summary>A piece of a streamed answer. The last one has the finish reason, the timings, what steering did and the seed.</summary>
public sealed record ChatCompletionChunk(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChunkChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TimingsDto? Timings = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SteeringReport? Steering = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] uint? Seed = null);

/// <summary>The one choice of a chunk.</summary>
public sealed record ChunkChoice(int Index, ChunkDelta Delta, [property: JsonPropertyName("finish_reason")] string? FinishReason);

/// <summary>What a chunk adds.</summary>
public sealed record ChunkDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content = null);

/// <summary>Tokens used.</summary>
public sealed record Usage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
    [property: JsonPropertyName("completion_tokens")] int CompletionTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens,
    [property: JsonPropertyName("prompt_tokens_details")] PromptTokensDetails PromptTokensDetails);

/// <summary>Of the prompt's tokens, those taken from the cache.</summary>
public sealed record PromptTokensDetails([property: JsonPropertyName("cached_tokens")] int CachedTokens);
