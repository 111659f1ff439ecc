using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

#pragma warning disable IDE1006 // Field names are checkpoint keys.

/// <summary>Where a convolution sits: its strides, padding and what follows it.</summary>
/// <param name="Kernel">Side of the kernel.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="Groups">1, or the number of channels of a depthwise convolution.</param>
/// <param name="HasRelu6">Whether ReLU6 follows the normalisation.</param>
internal readonly record struct ConvSpec(int Kernel, int Stride, long Groups, bool HasRelu6)
{
    /// <summary>
    /// TensorFlow pads a strided convolution of an even input with one row and column less on the left and top than on the right
    /// and bottom; the published weights expect it at every size.
    /// </summary>
    private int Before => Stride == 1 ? (Kernel - 1) / 2 : (Kernel - 2) / 2;

    private int After => Stride == 1 ? (Kernel - 1) / 2 : Kernel / 2;

    /// <summary>Whether it is one matrix for every position.</summary>
    public bool IsPointwise => Kernel == 1 && Stride == 1 && Groups == 1;

    /// <summary>Convolution with that padding.</summary>
    /// <param name="x">[B, in, H, W]</param>
    /// <param name="weight">[out, in / groups, k, k]</param>
    /// <param name="bias">[out] or null</param>
    public Tensor Convolve(Tensor x, Tensor weight, Tensor? bias)
    {
        if (IsPointwise && x.dtype == ScalarType.Float32)
        {
            return PointwiseProduct.Of(x, weight, ScalarType.Float32, bias);
        }

        if (Before == After)
        {
            return nn.functional.conv2d(x, weight, bias, strides: [Stride, Stride], padding: [Before, Before], groups: Groups);
        }

        using var padded = nn.functional.pad(x, [Before, After, Before, After]);
        return nn.functional.conv2d(padded, weight, bias, strides: [Stride, Stride], groups: Groups);
    }
}

/// <summary>The weights of a convolution without bias, channels last.</summary>
internal sealed class ConvWeight : nn.Module
{
    public readonly Parameter weight; // [out, in / groups, k, k]

    public ConvWeight(long input, long output, ConvSpec spec)
        : base(nameof(ConvWeight))
    {
        weight = new Parameter(ChannelsLast.Empty(output, input / spec.Groups, spec.Kernel, spec.Kernel));
        register_parameter(nameof(weight), weight);

        // He et al. 2015 with the fan-out of a grouped convolution, as EfficientNet starts.
        var fanOut = (double)spec.Kernel * spec.Kernel * output / spec.Groups;
        nn.init.normal_(weight, 0, Math.Sqrt(2 / fanOut));
    }
}

/// <summary>Convolution, batch normalisation and, where the spec says so, ReLU6.</summary>
internal sealed class ConvNorm : nn.Module<Tensor, Tensor>
{
    private readonly ConvWeight conv;
    private readonly BatchNorm norm;
    private readonly ConvSpec spec;

    public ConvNorm(long input, long output, ConvSpec spec, double eps)
        : base(nameof(ConvNorm))
    {
        this.spec = spec;
        conv = new ConvWeight(input, output, spec);
        norm = new BatchNorm(output, eps);
        RegisterComponents();
    }

    public double Momentum
    {
        set => norm.Momentum = value;
    }

    /// <summary>The type of the product of a 1 x 1 convolution in training; weights, sums, normalisation and result stay float32.</summary>
    public ScalarType TrainedProducts { get; set; } = ScalarType.Float32;

    /// <param name="x">[B, in, H, W]</param>
    /// <returns>[B, out, H', W']</returns>
    public override Tensor forward(Tensor x)
    {
        using var y = training && spec.IsPointwise && TrainedProducts != ScalarType.Float32
            ? PointwiseProduct.Of(x, conv.weight, TrainedProducts)
            : spec.Convolve(x, conv.weight, null);
        var z = norm.forward(y);
        return spec.HasRelu6 ? z.Relu6InPlace() : z;
    }

    /// <summary>A frozen copy with the normalisation folded into weights and bias, in the given type.</summary>
    public FoldedConv Fold(ScalarType type)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (scale, shift) = norm.Affine();
        var weight = ChannelsLast.Of((conv.weight * scale.view(-1, 1, 1, 1)).to_type(type));
        return new FoldedConv(weight.DetachFromDisposeScope(), shift.to_type(type).DetachFromDisposeScope(), spec);
    }
}
