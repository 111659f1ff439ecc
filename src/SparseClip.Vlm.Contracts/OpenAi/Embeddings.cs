using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>The body of <c>POST /v1/embeddings</c>.</summary>
/// <param name="Input">
/// What to embed: one or a list of texts and pictures. A string is a text, unless it is <c>image:ID</c> of an uploaded picture or a <c>data:image/...</c> URI; a part (<c>text</c> or <c>image_url</c>) says which it is. The tower reads a text as it is, so that "a picture of a dog" means more to it than "dog".
/// </param>
/// <param name="Model">The model's name; absent means the one that is served.</param>
/// <param name="EncodingFormat">"float", the default, or "base64": the numbers as the bytes of 32-bit floats, little end first.</param>
/// <param name="Sparse">Whether to give only the features that are not zero, as indices and values. Default false.</param>
public sealed record EmbeddingRequest(
    IReadOnlyList<string> Input,
    string? Model = null,
    [property: JsonPropertyName("encoding_format")] string? EncodingFormat = null,
    bool? Sparse = null);

/// <summary>The codes of some texts and pictures.</summary>
/// <param name="Object">"list".</param>
/// <param name="Data">The codes, in the order of the input.</param>
/// <param name="Model">The model whose tower they are of; codes of other towers have nothing to do with them.</param>
/// <param name="Usage">Tokens of the texts.</param>
public sealed record EmbeddingList(string Object, IReadOnlyList<EmbeddingEntry> Data, string Model, EmbeddingUsage Usage);

/// <summary>A code: one number for each feature, 0 or above. The nearness of two is their cosine.</summary>
/// <param name="Object">"embedding".</param>
/// <param name="Index">Which of the input.</param>
/// <param name="Embedding">The code: a list of numbers, a string of base64, or indices and values, as was asked for.</param>
public sealed record EmbeddingEntry(string Object, int Index, object Embedding);

/// <summary>The features of a code that are not zero.</summary>
/// <param name="Indices">Their numbers, ascending: the ids of features.</param>
/// <param name="Values">Their values, above 0.</param>
public sealed record SparseEmbedding(IReadOnlyList<int> Indices, IReadOnlyList<float> Values);

/// <summary>Tokens used.</summary>
/// <param name="PromptTokens">Tokens of the texts.</param>
/// <param name="TotalTokens">The same.</param>
public sealed record EmbeddingUsage([property: JsonPropertyName("prompt_tokens")] int PromptTokens, [property: JsonPropertyName("total_tokens")] int TotalTokens);
