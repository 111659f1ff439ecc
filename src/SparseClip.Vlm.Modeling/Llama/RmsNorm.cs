using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// Root-mean-square normalisation (Zhang and Sennrich, 2019): x / sqrt(mean(x²) + epsilon), with the statistics in float32. The learned weight is
/// not part of it: a matrix that follows has taken it in.
/// </summary>
internal static class RmsNorm
{
    /// <param name="x">[.., d] float32</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="type">The type of the result.</param>
    /// <returns>The normed states [.., d] and the factor on each row [.., 1], float32.</returns>
    public static (Tensor Normed, Tensor Scale) Apply(Tensor x, double epsilon, ScalarType type)
    {
        var scale = (x * x).mean([-1], keepdim: true).Plus(epsilon).rsqrt();
        var normed = x * scale;
        return (type == ScalarType.Float32 ? normed : normed.to_type(type), scale);
    }

    /// <summary>The gradient with respect to x: scale (g - h mean(g h)), h being the normed states and g their gradient; added to <paramref name="sum"/>.</summary>
    public static Tensor AddGradient(Tensor sum, Tensor gradient, Tensor normed, Tensor scale)
    {
        using var scope = NewDisposeScope();
        var mean = (gradient * normed).mean([-1], keepdim: true);
        return sum.PlusProduct(gradient.PlusProduct(normed, mean, -1), scale.to_type(sum.dtype), 1).MoveToOuterDisposeScope();
    }
}
