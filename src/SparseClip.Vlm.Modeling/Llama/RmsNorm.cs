using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>Root-mean-square normalisation (Zhang and Sennrich, 2019) in float32: x / sqrt(mean(x²) + epsilon) * weight.</summary>
internal static class RmsNorm
{
    /// <param name="x">[.., d] float32</param>
    /// <param name="weight">[d] float32</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="type">The type of the result.</param>
    public static Tensor Apply(Tensor x, Tensor weight, double epsilon, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var scale = (x * x).mean([-1], keepdim: true).add(epsilon).rsqrt();
        var y = x * scale * weight;
        return (type == ScalarType.Float32 ? y : y.to_type(type)).MoveToOuterDisposeScope();
    }
}
