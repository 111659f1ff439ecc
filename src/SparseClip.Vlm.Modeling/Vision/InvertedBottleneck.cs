using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

#pragma warning disable IDE1006 // Field names are checkpoint keys.

/// <summary>Inverted bottleneck (Sandler et al. 2018): widen 1x1, filter each channel, narrow 1x1 without activation, add the input.</summary>
internal sealed class InvertedBottleneck : nn.Module<Tensor, Tensor>
{
    private readonly ConvNorm? expand;
    private readonly ConvNorm depthwise;
    private readonly ConvNorm project;
    private readonly bool hasSkip;

    public InvertedBottleneck(EfficientNetLiteConfig.BlockSpec spec, double eps)
        : base(nameof(InvertedBottleneck))
    {
        var hidden = (long)spec.In * spec.Expand;
        expand = spec.Expand == 1 ? null : new ConvNorm(spec.In, hidden, new ConvSpec(1, 1, 1, HasRelu6: true), eps);
        depthwise = new ConvNorm(hidden, hidden, new ConvSpec(spec.Kernel, spec.Stride, hidden, HasRelu6: true), eps);
        project = new ConvNorm(hidden, spec.Out, new ConvSpec(1, 1, 1, HasRelu6: false), eps);
        hasSkip = spec.Skip;
        RegisterComponents();
    }

    public double Momentum
    {
        set
        {
            expand?.Momentum = value;
            depthwise.Momentum = value;
            project.Momentum = value;
        }
    }

    public ScalarType TrainedProducts
    {
        set
        {
            expand?.TrainedProducts = value;
            depthwise.TrainedProducts = value;
            project.TrainedProducts = value;
        }
    }

    /// <param name="x">[B, in, H, W]</param>
    /// <returns>[B, out, H / stride, W / stride]</returns>
    public override Tensor forward(Tensor x)
    {
        using var wide = expand?.forward(x);
        using var filtered = depthwise.forward(wide ?? x);
        var y = project.forward(filtered);
        return hasSkip ? y.PlusInPlace(x) : y;
    }

    public FoldedBlock Fold(ScalarType type) => new(expand?.Fold(type), depthwise.Fold(type), project.Fold(type), hasSkip);
}
