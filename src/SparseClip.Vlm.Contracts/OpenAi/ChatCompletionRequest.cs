using System.Text.Json.Serialization;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>The body of <c>POST /v1/chat/completions</c>.</summary>
public sealed record ChatCompletionRequest
{
    /// <summary>The model's name, as <c>GET /v1/models</c> gives it; absent means the one that is served.</summary>
    public string? Model { get; init; }

    /// <summary>The dialogue; the last message is the user's. At most one picture, in a user message.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>Whether to send the answer piece by piece as server-sent events.</summary>
    public bool Stream { get; init; }

    [JsonPropertyName("stream_options")]
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>The most tokens to answer with; <see cref="MaxCompletionTokens"/> is the newer name and wins.</summary>
    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; init; }

    [JsonPropertyName("max_completion_tokens")]
    public int? MaxCompletionTokens { get; init; }

    /// <summary>0..2; 0, the default, is greedy.</summary>
    public float? Temperature { get; init; }

    [JsonPropertyName("top_p")]
    public float? TopP { get; init; }

    public long? Seed { get; init; }

    /// <summary>Texts that end the answer: one or a list.</summary>
    [JsonConverter(typeof(OneOrManyConverter))]
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>How many answers; only 1.</summary>
    public int? N { get; init; }

    /// <summary>Edits of what the model sees; only with a picture.</summary>
    public SteeringDto? Steering { get; init; }
}

/// <summary>Choices about the stream.</summary>
/// <param name="IncludeUsage">Whether a last chunk carries the usage.</param>
public sealed record StreamOptions([property: JsonPropertyName("include_usage")] bool IncludeUsage);

/// <summary>One message.</summary>
/// <param name="Role">"system" | "developer" | "user" | "assistant".</param>
/// <param name="Content">Its parts; a plain string is one text part.</param>
public sealed record ChatMessage(string Role, [property: JsonConverter(typeof(ContentConverter))] IReadOnlyList<ContentPart> Content);

/// <summary>A part of a message: <c>text</c> or <c>image_url</c>.</summary>
public sealed record ContentPart(
    string Type, string? Text = null, [property: JsonPropertyName("image_url")] ImageUrl? ImageUrl = null);

/// <summary>Where the picture is: a base64 <c>data:</c> URI, or <c>image:HASH</c> of an uploaded one.</summary>
public sealed record ImageUrl(string Url, string? Detail = null);
