using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>A frozen convolution with its batch normalisation folded in (one pass over memory less), and ReLU6.</summary>
internal sealed class FoldedConv(Tensor weight, Tensor bias, ConvSpec spec) : IDisposable
{
    /// <param name="x">[B, in, H, W] in the type of the weights.</param>
    /// <returns>[B, out, H', W']</returns>
    public Tensor Forward(Tensor x)
    {
        var y = spec.Convolve(x, weight, bias);
        return spec.HasRelu6 ? y.Relu6InPlace() : y;
    }

    public void Dispose()
    {
        weight.Dispose();
        bias.Dispose();
    }
}

/// <summary>A frozen inverted bottleneck.</summary>
internal sealed class FoldedBlock(FoldedConv? expand, FoldedConv depthwise, FoldedConv project, bool hasSkip) : IDisposable
{
    public Tensor Forward(Tensor x)
    {
        using var wide = expand?.Forward(x);
        using var filtered = depthwise.Forward(wide ?? x);
        var y = project.Forward(filtered);
        return hasSkip ? y.PlusInPlace(x) : y;
    }

    public void Dispose()
    {
        expand?.Dispose();
        depthwise.Dispose();
        project.Dispose();
    }
}
