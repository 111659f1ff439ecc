using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>The published trunk, cut where the default preset begins to train.</summary>
internal sealed class PretrainedTrunk : IDisposable
{
    /// <summary>The first trained block.</summary>
    public const int Cut = 12;

    private readonly SafetensorsFile _weights;

    public PretrainedTrunk()
    {
        var folder = Repository.File("models", "pretrained", "efficientnet-lite0");
        Config = EfficientNetLiteConfig.Load(Path.Combine(folder, "config.json"));
        _weights = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
    }

    /// <summary>Its shape.</summary>
    public EfficientNetLiteConfig Config { get; }

    /// <summary>A trunk in evaluation mode, which the caller owns.</summary>
    /// <param name="size">Pixels a side.</param>
    public EfficientNetLite Create(int size) => EfficientNetLite.FromPretrained(Config, _weights, Cut, size);

    /// <summary>The frozen upper part with its 1,000 classes, which the caller owns.</summary>
    public ImageNetClassifier CreateTeacher() => ImageNetClassifier.FromPretrained(Config, _weights, Cut);

    public void Dispose() => _weights.Dispose();
}
