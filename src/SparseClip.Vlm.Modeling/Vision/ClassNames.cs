using System.Text.Json;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>The names of the classes that a pretrained trunk tells apart, in the order of its logits.</summary>
public static class ClassNames
{
    /// <param name="path">imagenet-classes.json.</param>
    /// <exception cref="ConfigurationException">The file is missing or is no list of classes.</exception>
    public static IReadOnlyList<string> Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. document.RootElement.EnumerateArray()
                .OrderBy(entry => entry.GetProperty("index").GetInt32())
                .Select(entry => entry.GetProperty("name").GetString()!)];
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ConfigurationException($"The class names '{path}' cannot be read: {error.Message} Expected a list of objects with 'index' and 'name'.", error);
        }
    }
}
