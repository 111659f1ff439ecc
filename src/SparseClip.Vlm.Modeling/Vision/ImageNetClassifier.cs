using SparseClip.Vlm.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>
/// The untouched upper blocks, head and 1,000-class layer of a pretrained EfficientNet-Lite, frozen: the teacher of the
/// distillation. It takes the same frozen low states as the trained top, so teaching costs one cheap forward pass.
/// </summary>
public sealed class ImageNetClassifier : IDisposable
{
    private readonly FoldedStack top;
    private readonly Tensor weight; // [d, classes] float32
    private readonly Tensor bias; // [classes]
    private readonly ScalarType type;

    private ImageNetClassifier(FoldedStack top, Tensor weight, Tensor bias, ScalarType type, int fromBlock)
    {
        this.top = top;
        this.weight = weight;
        this.bias = bias;
        this.type = type;
        FromBlock = fromBlock;
    }

    /// <summary>The cut of the trunk whose low states it takes.</summary>
    public int FromBlock { get; }

    /// <param name="config">Shape of the network.</param>
    /// <param name="weights">The published weights.</param>
    /// <param name="fromBlock">The trunk's <see cref="IVisionTrunk.TrainingFrom"/>, 1..block count.</param>
    /// <param name="type">Type of the convolutions; null chooses the machine's fastest.</param>
    /// <exception cref="CheckpointException">The weights do not fit the configuration.</exception>
    public static ImageNetClassifier FromPretrained(EfficientNetLiteConfig config, SafetensorsFile weights, int fromBlock, ScalarType? type = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromBlock, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromBlock, config.Blocks.Count);
        var chosen = type ?? FastPrecision.Fastest;
        using var trunk = EfficientNetLite.FromPretrained(config, weights, fromBlock);
        using var scope = NewDisposeScope();
        long[] expected = [config.Classes, config.Head.Out];
        var stored = weights.Entry("classifier.weight").Shape;
        if (!stored.SequenceEqual(expected))
        {
            throw new CheckpointException(weights.Path, $"the file has shape [{string.Join(", ", stored)}], the configuration says [{string.Join(", ", expected)}]",
                "Use the file that belongs to this configuration", "classifier.weight");
        }

        var weight = weights.Load("classifier.weight", ScalarType.Float32).t().contiguous();
        var bias = weights.Load("classifier.bias", ScalarType.Float32);
        return new ImageNetClassifier(trunk.FoldTop(chosen), weight.DetachFromDisposeScope(), bias.DetachFromDisposeScope(), chosen, fromBlock);
    }

    /// <param name="states">What <see cref="EfficientNetLite.Stem"/> of a trunk cut at <see cref="FromBlock"/> returned.</param>
    /// <returns>Class logits [B, Classes], float32, without gradient.</returns>
    public Tensor Logits(Tensor states)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var pooled = top.Forward(states.to_type(type)).to_type(ScalarType.Float32).mean([2, 3]); // [B, d]
        return pooled.mm(weight).Plus(bias).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        top.Dispose();
        weight.Dispose();
        bias.Dispose();
    }
}
