using SparseClip.Vlm.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>
/// A whole pretrained EfficientNet-Lite with its 1,000-class layer, frozen: the teacher of a trunk that shares nothing with it. It costs a forward pass
/// of its own; where the trunk's frozen low part is the classifier's, <see cref="ImageNetClassifier"/> costs only the upper blocks.
/// </summary>
public sealed class WholeImageNetClassifier : IDisposable
{
    private readonly EfficientNetLite low;
    private readonly ImageNetClassifier top;

    private WholeImageNetClassifier(EfficientNetLite low, ImageNetClassifier top) => (this.low, this.top) = (low, top);

    /// <param name="config">Shape of the network.</param>
    /// <param name="weights">The published weights.</param>
    /// <exception cref="CheckpointException">The weights do not fit the configuration.</exception>
    public static WholeImageNetClassifier FromPretrained(EfficientNetLiteConfig config, SafetensorsFile weights)
    {
        ArgumentNullException.ThrowIfNull(config);
        var cut = config.Blocks.Count;
        var low = EfficientNetLite.FromPretrained(config, weights, cut);
        try
        {
            return new WholeImageNetClassifier(low, ImageNetClassifier.FromPretrained(config, weights, cut));
        }
        catch
        {
            low.Dispose();
            throw;
        }
    }

    /// <param name="pixels">[B, S, S, 3] uint8.</param>
    /// <returns>Class logits [B, Classes], float32, without gradient.</returns>
    public Tensor Logits(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return top.Logits(low.Stem(low.Normalization.Apply(pixels))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        low.Dispose();
        top.Dispose();
    }
}
