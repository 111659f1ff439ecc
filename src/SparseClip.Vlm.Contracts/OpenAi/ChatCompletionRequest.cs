using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>The body of <c>POST /v1/chat/completions</c>. A field that is absent or null has its default; a field that is not known here is refused.</summary>
public sealed record ChatCompletionRequest : AnswerSettings
{
    /// <summary>
    /// The dialogue; the last message is the user's. Several system messages, and later ones, are joined at the head. At most one picture, in messages of
    /// the user; wherever it stands, the model sees it at the head of the first message of the user.
    /// </summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Choices about the stream.</summary>
    [JsonPropertyName("stream_options")]
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>The most tokens to answer with. A higher number than the maximum is refused.</summary>
    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; init; }

    /// <summary>The newer name of max_tokens. When both are given they must be the same.</summary>
    [JsonPropertyName("max_completion_tokens")]
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Taken from the logit of a token once for each time that it stands among the last 64 tokens of the answer: -2 to 2. Default 0.</summary>
    [JsonPropertyName("frequency_penalty")]
    public float? FrequencyPenalty { get; init; }

    /// <summary>Taken once from the logit of each of the last 64 tokens of the answer: -2 to 2. Default 0.</summary>
    [JsonPropertyName("presence_penalty")]
    public float? PresencePenalty { get; init; }

    /// <summary>How many answers to make, 1 to 8 and no more than Server:MaxAnswers. Each but the first has a seed of its own, made of the first one's; without chance all are the same. Default 1.</summary>
    public int? N { get; init; }

    /// <summary>Whether to tell how likely each token of the answer was. Default false.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>What the answer has to be: free text, the default, any JSON object, or JSON of a schema.</summary>
    [JsonPropertyName("response_format")]
    public ResponseFormat? ResponseFormat { get; init; }

    /// <summary>A grammar that the answer keeps to, in GBNF, llama.cpp's notation, with the rule root. Not together with a response_format.</summary>
    public string? Grammar { get; init; }

    /// <summary>What becomes of a dialogue that is too long for the context: "refuse", the default, or "oldest": its oldest messages are left out, so that the prompt and max_tokens fit; how many is told with the answer.</summary>
    public string? Truncate { get; init; }
}

/// <summary>Choices about the stream.</summary>
/// <param name="IncludeUsage">Whether a last chunk carries the usage. Default false.</param>
public sealed record StreamOptions([property: JsonPropertyName("include_usage")] bool? IncludeUsage);

/// <summary>What the answer has to be.</summary>
/// <param name="Type">"text" | "json_object" | "json_schema".</param>
/// <param name="JsonSchema">json_schema: the schema with its name.</param>
/// <param name="Schema">json_object: a schema that the object keeps to; llama-server's way of asking for one.</param>
public sealed record ResponseFormat(string Type, [property: JsonPropertyName("json_schema")] NamedJsonSchema? JsonSchema = null, JsonElement? Schema = null);

/// <summary>A JSON schema and what it is called.</summary>
/// <param name="Name">What it is called; changes nothing.</param>
/// <param name="Schema">The schema, of the subset of JSON Schema that docs/api.md tells; what is not in it is refused by its name. Absent: any object.</param>
/// <param name="Description">What it is for; changes nothing, the model does not read it.</param>
/// <param name="Strict">Whether the answer must keep to it. It does, whatever stands here.</param>
public sealed record NamedJsonSchema(string Name, JsonElement? Schema = null, string? Description = null, bool? Strict = null);

/// <summary>One message.</summary>
/// <param name="Role">"system" | "developer" | "user" | "assistant".</param>
/// <param name="Content">A text, or a list of parts.</param>
public sealed record ChatMessage(string Role, IReadOnlyList<ContentPart> Content);

/// <summary>A part of a message: <c>text</c> or <c>image_url</c>.</summary>
/// <param name="Type">"text" | "image_url".</param>
/// <param name="Text">text: what is said.</param>
/// <param name="ImageUrl">image_url: the picture; its url alone, as a string, is taken too.</param>
public sealed record ContentPart(
    string Type, string? Text = null, [property: JsonPropertyName("image_url")] ImageUrl? ImageUrl = null);

/// <summary>Where the picture is.</summary>
/// <param name="Url">A base64 <c>data:</c> URI, <c>image:ID</c> of an uploaded picture, or, where the server's <c>remote_images</c> says so, an http or https URL to fetch it from.</param>
/// <param name="Detail">"auto" | "low" | "high", which are all the same: the model sees every picture at one size.</param>
public sealed record ImageUrl(string Url, string? Detail = null);
