using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>An event of a streamed answer of <c>POST /v1/responses</c>; each type has some of the fields.</summary>
/// <param name="Type">"response.created" | "response.in_progress" | "response.output_item.added" | "response.content_part.added" | "response.output_text.delta" | "response.output_text.done" | "response.content_part.done" | "response.output_item.done" | "response.completed" | "response.incomplete".</param>
/// <param name="SequenceNumber">Its place in the stream, from 0.</param>
public sealed record ResponseStreamEvent(string Type, [property: JsonPropertyName("sequence_number")] int SequenceNumber)
{
    /// <summary>created, in_progress, completed and incomplete: the answer as it is then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelResponse? Response { get; init; }

    /// <summary>The message that a part or a piece of text belongs to.</summary>
    [JsonPropertyName("item_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ItemId { get; init; }

    /// <summary>Which message; 0.</summary>
    [JsonPropertyName("output_index"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OutputIndex { get; init; }

    /// <summary>Which part of the message; 0.</summary>
    [JsonPropertyName("content_index"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ContentIndex { get; init; }

    /// <summary>output_item: the message as it is then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ResponseOutputItem? Item { get; init; }

    /// <summary>content_part: the part as it is then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ResponseOutputPart? Part { get; init; }

    /// <summary>output_text.delta: what is added.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Delta { get; init; }

    /// <summary>output_text.done: the whole text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>output_text: how likely the tokens were; empty unless include asks for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChosenTokenLogprob>? Logprobs { get; init; }
}

/// <summary>The last event of a stream that broke off.</summary>
/// <param name="Type">"error".</param>
/// <param name="SequenceNumber">Its place in the stream, from 0.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
/// <param name="Param">The field it is about.</param>
public sealed record ResponseErrorEvent(
    string Type, [property: JsonPropertyName("sequence_number")] int SequenceNumber, string Code, string Message, string? Param);
