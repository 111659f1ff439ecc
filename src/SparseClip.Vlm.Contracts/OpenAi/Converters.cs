using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>Reads a message's content, which is a string or a list of parts.</summary>
public sealed class ContentConverter : JsonConverter<IReadOnlyList<ContentPart>>
{
    public override IReadOnlyList<ContentPart>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => [new ContentPart("text", reader.GetString())],
            JsonTokenType.StartArray => JsonSerializer.Deserialize<List<ContentPart>>(ref reader, options),
            _ => throw new JsonException("The content of a message is a string or a list of parts."),
        };

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ContentPart> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options);
}

/// <summary>Reads a string or a list of strings.</summary>
public sealed class OneOrManyConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => [reader.GetString()!],
            JsonTokenType.StartArray => JsonSerializer.Deserialize<List<string>>(ref reader, options),
            _ => throw new JsonException("Expected a string or a list of strings."),
        };

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options);
}
