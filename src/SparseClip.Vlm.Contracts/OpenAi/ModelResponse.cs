using System.Text.Json.Serialization;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>An answer of <c>POST /v1/responses</c>. What a request asked for comes back with it, each default in its place.</summary>
public sealed record ModelResponse
{
    /// <summary>Names the answer.</summary>
    public required string Id { get; init; }

    /// <summary>"response".</summary>
    public string Object { get; init; } = "response";

    /// <summary>When it was begun, in seconds since 1970.</summary>
    [JsonPropertyName("created_at")]
    public required long CreatedAt { get; init; }

    /// <summary>"completed", "incomplete" where max_output_tokens or the context ended it, and "in_progress" in a stream before its end.</summary>
    public required string Status { get; init; }

    /// <summary>Null: a request that fails has an error and no answer.</summary>
    public OpenAiError? Error { get; init; }

    /// <summary>Why the answer is not whole; null where it is.</summary>
    [JsonPropertyName("incomplete_details")]
    public IncompleteDetails? IncompleteDetails { get; init; }

    /// <summary>The instructions of the request.</summary>
    public string? Instructions { get; init; }

    /// <summary>The most tokens that the request asked for.</summary>
    [JsonPropertyName("max_output_tokens")]
    public int? MaxOutputTokens { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>The answer: one message. Empty in a stream before its end.</summary>
    public IReadOnlyList<ResponseOutputItem> Output { get; init; } = [];

    /// <summary>As the request says; changes nothing where no tools are called. Default true.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public required bool ParallelToolCalls { get; init; }

    /// <summary>Null: answers are not kept, so that none can be gone on with.</summary>
    [JsonPropertyName("previous_response_id")]
    public string? PreviousResponseId { get; init; }

    /// <summary>How the model reasoned: not at all.</summary>
    public ResponseReasoning Reasoning { get; init; } = new();

    /// <summary>False: answers are not kept.</summary>
    public bool Store { get; init; }

    /// <summary>The temperature.</summary>
    public required float Temperature { get; init; }

    /// <summary>The form of the answer.</summary>
    public required ResponseText Text { get; init; }

    /// <summary>"auto" or "none", as the request says; no tools are called.</summary>
    [JsonPropertyName("tool_choice")]
    public required string ToolChoice { get; init; }

    /// <summary>None.</summary>
    public IReadOnlyList<object> Tools { get; init; } = [];

    /// <summary>How many of the likeliest tokens are told in the place of each.</summary>
    [JsonPropertyName("top_logprobs")]
    public required int TopLogprobs { get; init; }

    /// <summary>The share of the probability that tokens are chosen among.</summary>
    [JsonPropertyName("top_p")]
    public required float TopP { get; init; }

    /// <summary>"disabled" or "auto".</summary>
    public required string Truncation { get; init; }

    /// <summary>Tokens used; null in a stream before its end.</summary>
    public ResponseUsage? Usage { get; init; }

    /// <summary>The metadata of the request.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Counts and times; absent in a stream before its end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimingsDto? Timings { get; init; }

    /// <summary>What steering did; absent when there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SteeringReport? Steering { get; init; }

    /// <summary>The seed that was asked for or drawn; absent when the temperature was 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public uint? Seed { get; init; }

    /// <summary>The words that the model read of the picture; absent for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GroundingWord>? Grounding { get; init; }

    /// <summary>How many of the oldest messages were left out; absent for none.</summary>
    [JsonPropertyName("left_out"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeftOut { get; init; }
}

/// <summary>Why an answer is not whole.</summary>
/// <param name="Reason">"max_output_tokens", also where the context ended it.</param>
public sealed record IncompleteDetails(string Reason);

/// <summary>How the model reasoned: not at all.</summary>
/// <param name="Effort">Null; a request may also say "none".</param>
/// <param name="Summary">Null.</param>
public sealed record ResponseReasoning(string? Effort = null, string? Summary = null);

/// <summary>The message of an answer.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Type">"message".</param>
/// <param name="Status">As that of the answer.</param>
/// <param name="Role">"assistant".</param>
/// <param name="Content">One text; none in a stream before it begins.</param>
public sealed record ResponseOutputItem(string Id, string Type, string Status, string Role, IReadOnlyList<ResponseOutputPart> Content);

/// <summary>The text of an answer.</summary>
/// <param name="Type">"output_text".</param>
/// <param name="Text">The text.</param>
/// <param name="Annotations">None.</param>
/// <param name="Logprobs">How likely its tokens were; empty unless include asks for it.</param>
public sealed record ResponseOutputPart(string Type, string Text, IReadOnlyList<object> Annotations, IReadOnlyList<ChosenTokenLogprob> Logprobs);

/// <summary>Tokens used.</summary>
/// <param name="InputTokens">Positions of the dialogue, those of the picture among them.</param>
/// <param name="InputTokensDetails">Where those of the dialogue came from.</param>
/// <param name="OutputTokens">Tokens of the answer.</param>
/// <param name="OutputTokensDetails">What those of the answer are.</param>
/// <param name="TotalTokens">Both together.</param>
public sealed record ResponseUsage(
    [property: JsonPropertyName("input_tokens")] int InputTokens,
    [property: JsonPropertyName("input_tokens_details")] PromptTokensDetails InputTokensDetails,
    [property: JsonPropertyName("output_tokens")] int OutputTokens,
    [property: JsonPropertyName("output_tokens_details")] OutputTokensDetails OutputTokensDetails,
    [property: JsonPropertyName("total_tokens")] int TotalTokens);

/// <summary>What the tokens of an answer are.</summary>
/// <param name="ReasoningTokens">0: the model does not reason before it answers.</param>
public sealed record OutputTokensDetails([property: JsonPropertyName("reasoning_tokens")] int ReasoningTokens);
