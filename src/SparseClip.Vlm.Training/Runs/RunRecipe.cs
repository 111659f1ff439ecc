using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>What the result of a run depends on, as JSON: the preset without its length (a run may be given more time), and what it is made from by its content.</summary>
internal static class RunRecipe
{
    private static readonly string[] s_length = ["minutes", "steps"];

    /// <param name="preset">The preset; its fields stand at the top.</param>
    /// <param name="settings">Everything else, by name; null is left out.</param>
    public static JsonObject Of<TPreset>(TPreset preset, IEnumerable<KeyValuePair<string, JsonNode?>> settings)
    {
        var recipe = JsonSerializer.SerializeToNode(preset, ConfigFile.Options)!.AsObject();
        foreach (var name in s_length)
        {
            recipe.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            recipe.Add(name, value);
        }

        return recipe;
    }
}

/// <summary>Tells files apart by what is in them, wherever they lie.</summary>
public static class ContentHash
{
    /// <summary>The first half of the SHA-256 of a file, or of the files directly in a folder with their names, as hexadecimal digits.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static string Of(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (!Directory.Exists(path))
        {
            Add(hash, path);
        }
        else
        {
            foreach (var file in Directory.GetFiles(path).Order(StringComparer.Ordinal))
            {
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(file)));
                Add(hash, file);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>The same of a text.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    /// <summary>The same of a model that another run may start from: a file, the folder of a run (of its tower then), or another folder. Null where nothing is: what opens it says so.</summary>
    public static string? OfModel(string path)
    {
        var tower = Path.Combine(path, TrunkReader.TowerName);
        return File.Exists(tower) ? Of(tower) : Path.Exists(path) ? Of(path) : null;
    }

    private static void Add(IncrementalHash hash, string file)
    {
        using var stream = File.OpenRead(file);
        var buffer = new byte[1 << 20];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, read);
        }
    }
}
