using System.Text.Json;
using System.Text.Json.Serialization;
using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Checkpoints;

/// <summary>Reads configuration records from JSON files: snake_case names, every member required, comments allowed.</summary>
public static class ConfigFile
{
    /// <summary>The conventions of all model configuration files.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        IndentSize = 1,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <exception cref="ConfigurationException">The file is missing or is not such a record.</exception>
    public static T Load<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Options) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"Model configuration '{path}' cannot be read: {JsonFault.Of(e)}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Model configuration '{path}' cannot be read: {e.Message}", e);
        }
    }
}
