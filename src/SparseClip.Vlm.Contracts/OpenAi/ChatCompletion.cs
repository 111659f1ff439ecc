using System.Text.Json.Serialization;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>An answer in one piece.</summary>
/// <param name="Id">Names the answer.</param>
/// <param name="Object">"chat.completion".</param>
/// <param name="Created">When it was begun, in seconds since 1970.</param>
/// <param name="Model">The model that answered.</param>
/// <param name="Choices">The answers, as many as n.</param>
/// <param name="Usage">Tokens used.</param>
/// <param name="Timings">Counts and times; of several answers the tokens of all and the time of the longest.</param>
/// <param name="Steering">What steering did; absent when there was none.</param>
/// <param name="Seed">The seed of the first answer, of which those of the others are made; absent when the temperature was 0.</param>
/// <param name="Grounding">The words that the model read of the picture; absent for none.</param>
/// <param name="LeftOut">How many of the oldest messages were left out; absent for none.</param>
public sealed record ChatCompletion(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<CompletionChoice> Choices,
    Usage Usage,
    TimingsDto Timings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SteeringReport? Steering,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] uint? Seed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<GroundingWord>? Grounding,
    [property: JsonPropertyName("left_out"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LeftOut = null);

/// <summary>An answer.</summary>
/// <param name="Index">Which, from 0.</param>
/// <param name="Message">The answer.</param>
/// <param name="FinishReason">"stop" where the model or a stop text ended it, "length" where max_tokens or the context did.</param>
/// <param name="Logprobs">How likely its tokens were; absent unless logprobs asked for it.</param>
public sealed record CompletionChoice(
    int Index,
    AssistantMessage Message,
    [property: JsonPropertyName("finish_reason")] string FinishReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChoiceLogprobs? Logprobs = null);

/// <summary>How likely the tokens of an answer, or of a chunk, were.</summary>
/// <param name="Content">The tokens in their order; those of a stop text are not among them.</param>
public sealed record ChoiceLogprobs(IReadOnlyList<ChosenTokenLogprob> Content);

/// <summary>How likely a token was.</summary>
/// <param name="Token">Its text; U+FFFD stands for a part of a character.</param>
/// <param name="Logprob">The natural logarithm of its probability by the model alone, before temperature, penalties and the like; 0 or below.</param>
/// <param name="Bytes">Its UTF-8, each byte 0 to 255; joined, those of all tokens are the answer.</param>
public record TokenLogprob(string Token, double Logprob, IReadOnlyList<int> Bytes);

/// <summary>How likely a token of an answer was, and those in its place.</summary>
/// <param name="Token">Its text; U+FFFD stands for a part of a character.</param>
/// <param name="Logprob">The natural logarithm of its probability by the model alone, before temperature, penalties and the like; 0 or below.</param>
/// <param name="Bytes">Its UTF-8, each byte 0 to 255; joined, those of all tokens are the answer.</param>
/// <param name="TopLogprobs">The top_logprobs likeliest tokens in its place, likeliest first; the chosen one need not be among them.</param>
public sealed record ChosenTokenLogprob(
    string Token, double Logprob, IReadOnlyList<int> Bytes, [property: JsonPropertyName("top_logprobs")] IReadOnlyList<TokenLogprob> TopLogprobs)
    : TokenLogprob(Token, Logprob, Bytes);

/// <summary>What the assistant said.</summary>
/// <param name="Role">"assistant".</param>
/// <param name="Content">The text.</param>
public sealed record AssistantMessage(string Role, string Content);

/// <summary>A piece of a streamed answer; the pieces of several take turns. The last one of an answer has its finish reason, the last of all the timings, what steering did, the seed, the words that the model read and how many messages were left out.</summary>
public sealed record ChatCompletionChunk(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChunkChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TimingsDto? Timings = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SteeringReport? Steering = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] uint? Seed = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<GroundingWord>? Grounding = null,
    [property: JsonPropertyName("left_out"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LeftOut = null);

/// <summary>The one choice of a chunk: which answer it is a piece of.</summary>
public sealed record ChunkChoice(
    int Index,
    ChunkDelta Delta,
    [property: JsonPropertyName("finish_reason")] string? FinishReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChoiceLogprobs? Logprobs = null);

/// <summary>What a chunk adds.</summary>
public sealed record ChunkDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content = null);

/// <summary>Tokens used.</summary>
/// <param name="PromptTokens">Positions of the dialogue, those of the picture among them.</param>
/// <param name="CompletionTokens">Tokens of the answers.</param>
/// <param name="TotalTokens">Both together.</param>
/// <param name="PromptTokensDetails">Where those of the dialogue came from.</param>
public sealed record Usage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
    [property: JsonPropertyName("completion_tokens")] int CompletionTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens,
    [property: JsonPropertyName("prompt_tokens_details")] PromptTokensDetails PromptTokensDetails);

/// <summary>Where the tokens of the dialogue came from.</summary>
/// <param name="CachedTokens">Those that had been computed for an earlier request.</param>
public sealed record PromptTokensDetails([property: JsonPropertyName("cached_tokens")] int CachedTokens);
