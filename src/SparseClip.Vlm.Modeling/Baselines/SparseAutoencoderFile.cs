using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>Keeps a sparse autoencoder in one safetensors file with its configuration inside.</summary>
public static class SparseAutoencoderFile
{
    private const string Remedy = "Give a file that a sparse autoencoder was saved to";

    /// <summary>Writes the weights as float32.</summary>
    /// <param name="path">Where to; the file is written beside and renamed.</param>
    /// <param name="model">The autoencoder.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void Save(string path, SparseAutoencoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        SafetensorsWriter.Write(
            path,
            model.state_dict().Select(entry => KeyValuePair.Create(entry.Key, entry.Value)),
            new Dictionary<string, string> { [SparseAutoencoderConfig.MetadataKey] = JsonSerializer.Serialize(model.Config, ConfigFile.Options) });
    }

    /// <summary>Reads an autoencoder, without gradients.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="CheckpointException">The file holds no sparse autoencoder or does not fit its own configuration.</exception>
    public static SparseAutoencoder Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var model = Build(file);
        try
        {
            StrictLoader.Load(model, file);
            model.eval();
            model.SetTrained(false);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static SparseAutoencoder Build(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(SparseAutoencoderConfig.MetadataKey, out var json))
        {
            throw new CheckpointException(file.Path, $"its header has no '{SparseAutoencoderConfig.MetadataKey}'", Remedy);
        }

        try
        {
            return SparseAutoencoder.Create(JsonSerializer.Deserialize<SparseAutoencoderConfig>(json, ConfigFile.Options) ?? throw new JsonException("it is null"));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException)
        {
            throw new CheckpointException(
                file.Path, $"its '{SparseAutoencoderConfig.MetadataKey}' cannot be used ({error.Message})", Remedy, innerException: error);
        }
    }
}
