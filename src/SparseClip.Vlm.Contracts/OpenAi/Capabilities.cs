using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>What the served model and this server can do, for programs that choose by it.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="InputModalities">"text" and "image".</param>
/// <param name="OutputModalities">"text".</param>
/// <param name="ContextLength">Positions of one dialogue, prompt and answer together.</param>
/// <param name="PictureTokens">Positions that a picture takes.</param>
/// <param name="MaxTokens">The most tokens of an answer.</param>
/// <param name="MaxChoices">The most answers to one request (n).</param>
/// <param name="MaxTopLogprobs">The most of top_logprobs.</param>
/// <param name="ResponseFormats">The types of response_format.</param>
/// <param name="Grammar">Whether grammars are taken.</param>
/// <param name="Tools">Whether the model calls tools.</param>
/// <param name="Streaming">Whether answers are streamed.</param>
/// <param name="EmbeddingDimensions">How many features a code has.</param>
/// <param name="EmbeddingTokens">The most tokens of a text that is embedded.</param>
/// <param name="Concepts">How many concepts are told of pictures, the taught ones among them; 0 for none.</param>
/// <param name="Grounding">The values of grounding.</param>
/// <param name="SteeringOperations">The operations of steering.</param>
/// <param name="MaxEdits">The most edits of one request.</param>
/// <param name="MaxImageBytes">The most bytes of a picture's file.</param>
/// <param name="RemoteImages">Whether pictures may be given by URLs, from which the server fetches them.</param>
public sealed record Capabilities(
    string Model,
    [property: JsonPropertyName("input_modalities")] IReadOnlyList<string> InputModalities,
    [property: JsonPropertyName("output_modalities")] IReadOnlyList<string> OutputModalities,
    [property: JsonPropertyName("context_length")] int ContextLength,
    [property: JsonPropertyName("picture_tokens")] int PictureTokens,
    [property: JsonPropertyName("max_tokens")] int MaxTokens,
    [property: JsonPropertyName("max_choices")] int MaxChoices,
    [property: JsonPropertyName("max_top_logprobs")] int MaxTopLogprobs,
    [property: JsonPropertyName("response_formats")] IReadOnlyList<string> ResponseFormats,
    bool Grammar,
    bool Tools,
    bool Streaming,
    [property: JsonPropertyName("embedding_dimensions")] int EmbeddingDimensions,
    [property: JsonPropertyName("embedding_tokens")] int EmbeddingTokens,
    int Concepts,
    IReadOnlyList<string> Grounding,
    [property: JsonPropertyName("steering_operations")] IReadOnlyList<string> SteeringOperations,
    [property: JsonPropertyName("max_edits")] int MaxEdits,
    [property: JsonPropertyName("max_image_bytes")] int MaxImageBytes,
    [property: JsonPropertyName("remote_images")] bool RemoteImages);
