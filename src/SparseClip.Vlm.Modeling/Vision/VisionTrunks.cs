namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>Builds trunks from configuration files by the architecture that they name.</summary>
public static class VisionTrunks
{
    /// <summary>Only as much of a configuration as tells what it is.</summary>
    private sealed record Named(string Architecture);

    /// <summary>A trunk with random weights, everything trained.</summary>
    /// <param name="configPath">A config.json such as those of models/presets/trunks.</param>
    /// <param name="imageSize">Pixels a side for trunks that accept any size; null takes 128.</param>
    /// <exception cref="InvalidDataException">The file is missing, wrong, or names an unknown architecture.</exception>
    public static IVisionTrunk Create(string configPath, int? imageSize = null)
    {
        var architecture = ConfigFile.Load<Named>(configPath).Architecture;
        return architecture switch
        {
            "vit" => new VisionTransformer(VisionTransformerConfig.Load(configPath)),
            _ when architecture.StartsWith("efficientnet-lite", StringComparison.Ordinal) =>
                new EfficientNetLite(EfficientNetLiteConfig.Load(configPath), imageSize ?? 128),
            _ => throw new InvalidDataException($"Model configuration '{configPath}': architecture '{architecture}' is unknown. Known are vit and efficientnet-lite0."),
        };
    }
}
