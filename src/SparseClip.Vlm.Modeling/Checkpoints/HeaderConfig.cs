using System.Text.Json;
using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Checkpoints;

/// <summary>A configuration in the header of a weight file, as JSON under a key: a model's file says how to build the model.</summary>
public static class HeaderConfig
{
    /// <summary>What to give <see cref="SafetensorsWriter"/> as metadata.</summary>
    public static Dictionary<string, string> Of<T>(string key, T config) => new() { [key] = JsonSerializer.Serialize(config, ConfigFile.Options) };

    /// <summary>Reads it.</summary>
    /// <param name="file">The weight file.</param>
    /// <param name="key">The key.</param>
    /// <param name="remedy">Which file to give instead.</param>
    /// <param name="problem">What contradicts itself in a configuration; null if nothing does.</param>
    /// <exception cref="CheckpointException">The header has none, or one that cannot be used.</exception>
    public static T Read<T>(SafetensorsFile file, string key, string remedy, Func<T, string?> problem)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problem);
        if (!file.Metadata.TryGetValue(key, out var json))
        {
            throw new CheckpointException(file.Path, $"its header has no '{key}'", remedy);
        }

        try
        {
            var config = JsonSerializer.Deserialize<T>(json, ConfigFile.Options) ?? throw new JsonException("it is null");
            return problem(config) is { } wrong ? throw new CheckpointException(file.Path, $"its '{key}' contradicts itself: {wrong}", remedy) : config;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new CheckpointException(file.Path, $"its '{key}' cannot be read ({(error is JsonException fault ? JsonFault.Of(fault) : error.Message)})", remedy, innerException: error);
        }
    }
}
