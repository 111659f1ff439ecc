using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>
/// The part of the cache that belongs to one data folder, trunk and recipe of pictures. What is in it is a function of those, the seed and a file's name, so it is
/// made once; every file is written beside and renamed.
/// </summary>
public sealed class StudyFolder
{
    private StudyFolder(string path) => Path = path;

    /// <summary>The folder itself.</summary>
    public string Path { get; }

    /// <summary>How records of the cache and of the report are written.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Finds or makes the folder.</summary>
    /// <exception cref="ShardException">The data folder has no shards.</exception>
    /// <exception cref="FileNotFoundException">The trunk or the language model is missing.</exception>
    public static StudyFolder Open(StudyOptions options, StudyPreset preset)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(preset);
        var shards = System.IO.Path.Combine(options.Data, "shards");
        var tars = Directory.Exists(shards) ? Directory.GetFiles(shards, "*.tar") : [];
        if (tars.Length == 0)
        {
            throw new ShardException($"{options.Data}: holds no shards; make them with 'sparseclip data build --out {options.Data}'.");
        }

        var trunk = System.IO.Path.Combine(options.TrunkFolder, "model.safetensors");
        foreach (var file in new[] { trunk, options.LanguageModel }.Where(file => !File.Exists(file)))
        {
            throw new FileNotFoundException($"{file}: no such file; the studies need the pretrained trunk and the language model under models/.");
        }

        var parts = tars.Order(StringComparer.Ordinal).Append(trunk).Append(options.LanguageModel)
            .Select(file => $"{System.IO.Path.GetFileName(file)}:{new FileInfo(file).Length}")
            .Append(JsonSerializer.Serialize(new
            {
                preset.ImageSize, preset.Icons, preset.Scenes, preset.Photographs, preset.BatchesPerShard, preset.TextLayers, preset.MeasuredScenes, preset.Words, options.Seed,
            }));
        var path = System.IO.Path.Combine(options.Cache, Hash(string.Join('\n', parts)));
        Directory.CreateDirectory(path);
        return new StudyFolder(path);
    }

    /// <summary>A file of the folder.</summary>
    public string FileAt(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A stored record, or null.</summary>
    public T? Read<T>(string name)
        where T : class
    {
        try
        {
            return File.Exists(FileAt(name)) ? JsonSerializer.Deserialize<T>(File.ReadAllText(FileAt(name)), Json) : null;
        }
        catch (JsonException)
        {
            return null; // of an older form: it is made again
        }
    }

    /// <summary>Stores a record.</summary>
    public void Write<T>(string name, T record) => WriteText(FileAt(name), JsonSerializer.Serialize(record, Json));

    /// <summary>Writes a text beside and renames it.</summary>
    public static void WriteText(string path, string text) => WholeFile.Write(path, beside => File.WriteAllText(beside, text));

    /// <summary>16 hexadecimal digits of the SHA-256 of a text.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
