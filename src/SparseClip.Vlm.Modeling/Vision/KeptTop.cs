using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

#pragma warning disable IDE1006 // Field names are checkpoint keys.

/// <summary>
/// The upper blocks and the head convolution of an EfficientNet-Lite as they were published, beside the tuned ones: what tuning on few kinds of pictures forgets
/// stays readable. Never trained, and run folded only.
/// </summary>
internal sealed class KeptTop : nn.Module
{
    private readonly ModuleList<InvertedBottleneck> blocks;
    private readonly ConvNorm head;

    public KeptTop(EfficientNetLiteConfig config, int from)
        : base(nameof(KeptTop))
    {
        blocks = new ModuleList<InvertedBottleneck>([.. config.Blocks.Skip(from).Select(block => new InvertedBottleneck(block, config.Norm.Eps))]);
        head = new ConvNorm(config.Blocks[^1].Out, config.Head.Out, new ConvSpec(1, 1, 1, HasRelu6: true), config.Norm.Eps);
        RegisterComponents();
    }

    public FoldedStack Fold(ScalarType type) => new(null, [.. blocks.Select(block => block.Fold(type))], head.Fold(type));
}
