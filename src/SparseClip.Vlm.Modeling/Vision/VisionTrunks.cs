using SparseClip.Vlm.Modeling.Checkpoints;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>Builds trunks by the architecture that their configuration names.</summary>
public static class VisionTrunks
{
    /// <summary>The name of a trunk's configuration in its folder.</summary>
    public const string ConfigName = "config.json";

    /// <summary>The name of a trunk's weights in its folder.</summary>
    public const string WeightName = "model.safetensors";

    /// <summary>The known architectures in words.</summary>
    internal const string Known = "vit and efficientnet-lite0";

    /// <summary>The record that an architecture's configuration is; null for an unknown one.</summary>
    internal static Type? ConfigType(string architecture) =>
        architecture == "vit" ? typeof(VisionTransformerConfig)
        : architecture.StartsWith("efficientnet-lite", StringComparison.Ordinal) ? typeof(EfficientNetLiteConfig)
        : null;

    /// <summary>Reads and checks a config.json such as those of models/presets/trunks.</summary>
    /// <exception cref="ConfigurationException">The file is missing, wrong, contradicts itself or names an unknown architecture.</exception>
    public static IVisionTrunkConfig LoadConfig(string path)
    {
        var config = ConfigFile.Load<IVisionTrunkConfig>(path);
        return config.Problem() is { } problem ? throw new ConfigurationException($"Model configuration '{path}': {problem}.") : config;
    }

    /// <summary>A trunk with the weights of a folder, everything trained. The caller owns it.</summary>
    /// <param name="folder">Holds <see cref="ConfigName"/> and <see cref="WeightName"/>; a classifier's weights in it are passed over.</param>
    /// <param name="imageSize">Pixels a side that it is used with.</param>
    /// <exception cref="ConfigurationException">As <see cref="LoadConfig"/>.</exception>
    /// <exception cref="CheckpointException">The weights are missing or do not fit the configuration.</exception>
    public static IVisionTrunk FromPretrained(string folder, int imageSize)
    {
        var config = LoadConfig(Path.Combine(folder, ConfigName));
        using var weights = SafetensorsFile.Open(Path.Combine(folder, WeightName));
        return Fill(config.Create(imageSize), weights, "", name => name.StartsWith("classifier.", StringComparison.Ordinal));
    }

    /// <summary>Fills a trunk from a file; where that fails, the trunk is disposed.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, extra or of another shape.</exception>
    internal static IVisionTrunk Fill(IVisionTrunk trunk, SafetensorsFile weights, string prefix, Func<string, bool>? ignoreInFile = null)
    {
        try
        {
            StrictLoader.Load(trunk.Module, weights, prefix, ignoreInFile);
            trunk.WeightsChanged();
            return trunk;
        }
        catch
        {
            trunk.Module.Dispose();
            throw;
        }
    }
}
