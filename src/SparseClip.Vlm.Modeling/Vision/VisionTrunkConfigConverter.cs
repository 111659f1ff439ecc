using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>Reads and writes the shape of a trunk as the record of its kind, without a key of its own: <c>architecture</c> tells the kind.</summary>
internal sealed class VisionTrunkConfigConverter : JsonConverter<IVisionTrunkConfig>
{
    /// <exception cref="JsonException">The architecture is missing or unknown, or the rest is no such record.</exception>
    public override IVisionTrunkConfig Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("architecture", out var named) || named.ValueKind != JsonValueKind.String)
        {
            throw new JsonException("a vision trunk is an object with a string 'architecture'");
        }

        var kind = VisionTrunks.ConfigType(named.GetString()!)
            ?? throw new JsonException($"architecture '{named.GetString()}' is unknown. Known are {VisionTrunks.Known}.");
        return (IVisionTrunkConfig?)root.Deserialize(kind, options) ?? throw new JsonException("the vision trunk is null");
    }

    public override void Write(Utf8JsonWriter writer, IVisionTrunkConfig value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, value.GetType(), options);
}
