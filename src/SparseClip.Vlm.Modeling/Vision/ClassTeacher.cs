using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>
/// A pretrained classifier with the names of its classes: what the distillation teaches. Where a trunk's frozen low part is the classifier's own, its
/// states are taken and only the upper blocks are run; else the classifier sees the pictures itself. Not thread-safe.
/// </summary>
public sealed class ClassTeacher : IDisposable
{
    private readonly ImageNetClassifier? _upper;
    private readonly WholeImageNetClassifier? _whole;

    private ClassTeacher(ImageNetClassifier? upper, WholeImageNetClassifier? whole, IReadOnlyList<string> names) =>
        (_upper, _whole, Names) = (upper, whole, names);

    /// <summary>The names of the classes, in the order of the logits.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether the states of a trunk's low part are taken instead of the pictures.</summary>
    public bool SharesLowStates => _upper is not null;

    /// <summary>Reads a classifier.</summary>
    /// <param name="folder">config.json, model.safetensors and imagenet-classes.json of a pretrained EfficientNet-Lite.</param>
    /// <param name="sharing">A trunk, cut as it stays, that came from the same folder; null for none.</param>
    /// <exception cref="ConfigurationException">The folder is missing or its configuration or class names are wrong.</exception>
    /// <exception cref="CheckpointException">The weights are missing or do not fit.</exception>
    public static ClassTeacher Open(string folder, IVisionTrunk? sharing)
    {
        if (!Directory.Exists(folder))
        {
            throw new ConfigurationException(
                $"No teacher '{folder}': there is no such folder. Set 'teacher' of the preset to the folder of a pretrained EfficientNet-Lite with its class names, such as pretrained/efficientnet-lite0, or 'distillation' to null.");
        }

        var names = ClassNames.Load(Path.Combine(folder, "imagenet-classes.json"));
        var config = EfficientNetLiteConfig.Load(Path.Combine(folder, VisionTrunks.ConfigName));
        if (names.Count != config.Classes)
        {
            throw new ConfigurationException($"The teacher '{folder}' has {config.Classes} classes and the names of {names.Count}. Use the files that belong together.");
        }

        using var weights = SafetensorsFile.Open(Path.Combine(folder, VisionTrunks.WeightName));
        return sharing is EfficientNetLite { Config: EfficientNetLiteConfig shape } && sharing.TrainingFrom is var cut && cut > 0 && cut <= (shape.KeptFrom ?? sharing.BlockCount)
            ? new ClassTeacher(ImageNetClassifier.FromPretrained(config, weights, cut), null, names)
            : new ClassTeacher(null, WholeImageNetClassifier.FromPretrained(config, weights), names);
    }

    /// <summary>What the classifier thinks of pictures.</summary>
    /// <param name="pixels">[B, S, S, 3] uint8.</param>
    /// <param name="low">What the shared trunk's <see cref="IVisionTrunk.Stem"/> made of them; not looked at unless <see cref="SharesLowStates"/>.</param>
    /// <returns>Class logits [B, Names], float32, without gradient.</returns>
    public Tensor Logits(Tensor pixels, Tensor low) => _upper?.Logits(low) ?? _whole!.Logits(pixels);

    /// <inheritdoc />
    public void Dispose()
    {
        _upper?.Dispose();
        _whole?.Dispose();
    }
}
