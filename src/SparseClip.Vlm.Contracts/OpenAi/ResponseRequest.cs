using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>The body of <c>POST /v1/responses</c>. A field that is absent or null has its default; a field that is not known here is refused.</summary>
public sealed record ResponseRequest : AnswerSettings
{
    /// <summary>
    /// The question, or the whole dialogue as messages, the last of them the user's: nothing is kept between requests. Several system messages, and later ones, are joined at the head. At most one
    /// picture, in messages of the user; wherever it stands, the model sees it at the head of the first message of the user.
    /// </summary>
    public required IReadOnlyList<ResponseInputItem> Input { get; init; }

    /// <summary>A system message in front of the dialogue.</summary>
    public string? Instructions { get; init; }

    /// <summary>The most tokens to answer with. A higher number than the maximum is refused.</summary>
    [JsonPropertyName("max_output_tokens")]
    public int? MaxOutputTokens { get; init; }

    /// <summary>What the answer has to be.</summary>
    public ResponseText? Text { get; init; }

    /// <summary>What becomes of a dialogue that is too long for the context: "disabled", the default: it is refused; "auto": its oldest messages are left out, so that the prompt and max_output_tokens fit; how many is told with the answer.</summary>
    public string? Truncation { get; init; }

    /// <summary>What else to tell: "message.output_text.logprobs", how likely each token of the answer was. OpenAI's other values ask for parts that no answer here has, and change nothing.</summary>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>Up to 16 names and texts of the client's own, which come back with the answer.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>How the model is to reason: not at all.</summary>
    public ResponseReasoning? Reasoning { get; init; }

    /// <summary>Comes back with the answer; no tools are called. Default true.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>Accepted; whatever stands here, no answer is kept.</summary>
    public bool? Store { get; init; }
}

/// <summary>One message.</summary>
/// <param name="Role">"system" | "developer" | "user" | "assistant".</param>
/// <param name="Content">A text, or a list of parts.</param>
/// <param name="Type">"message", which may be left out.</param>
/// <param name="Id">The id that an answer had; changes nothing.</param>
/// <param name="Status">The status that an answer had; changes nothing.</param>
public sealed record ResponseInputItem(string Role, IReadOnlyList<ResponseInputPart> Content, string? Type = null, string? Id = null, string? Status = null);

/// <summary>A part of a message: <c>input_text</c>, <c>output_text</c> or <c>input_image</c>.</summary>
/// <param name="Type">"input_text" | "output_text" | "input_image".</param>
/// <param name="Text">input_text and output_text: what is said.</param>
/// <param name="ImageUrl">input_image: a base64 <c>data:</c> URI, or <c>image:ID</c> of an uploaded picture. Nothing is fetched from elsewhere.</param>
/// <param name="Detail">input_image: "auto" | "low" | "high", which are all the same: the model sees every picture at one size.</param>
public sealed record ResponseInputPart(string Type, string? Text = null, [property: JsonPropertyName("image_url")] string? ImageUrl = null, string? Detail = null);

/// <summary>What the text of an answer has to be.</summary>
/// <param name="Format">Its form; absent: free text.</param>
public sealed record ResponseText(ResponseTextFormat? Format = null);

/// <summary>The form of an answer.</summary>
/// <param name="Type">"text" | "json_object" | "json_schema".</param>
/// <param name="Name">json_schema: what the schema is called; changes nothing.</param>
/// <param name="Schema">json_schema: the schema, of the subset of JSON Schema that docs/api.md tells; what is not in it is refused by its name. Absent: any object.</param>
/// <param name="Description">json_schema: what it is for; changes nothing, the model does not read it.</param>
/// <param name="Strict">json_schema: whether the answer must keep to it. It does, whatever stands here.</param>
public sealed record ResponseTextFormat(
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Schema = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Strict = null);
