using System.Text.Json;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>Reads the JSON files of packages with errors that name the file.</summary>
internal static class JsonFile
{
    /// <exception cref="DataBuildException">The file is missing or not of the expected form.</exception>
    public static T Read<T>(string file, Func<JsonElement, T> use)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            using JsonDocument document = JsonDocument.Parse(stream);
            return use(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataBuildException($"'{file}' is not of the form that was expected: {error.Message} Delete the package's folder in the cache and run the command again.", error);
        }
        catch (IOException error)
        {
            throw new DataBuildException($"'{file}' cannot be read: {error.Message} Delete the package's folder in the cache and run the command again.", error);
        }
    }
}
