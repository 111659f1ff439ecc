using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>A 1 x 1 convolution as what it is, a matrix product over positions, with gradient.</summary>
/// <remarks>
/// Also in float32: libtorch's own convolution of channels-last pictures is silently wrong on some processors, by as much as its values (seen with libtorch 2.10 on an AMD EPYC with
/// AVX-512 whose cache sizes a hypervisor hides). Its products and its convolutions in bfloat16 are right there.
/// </remarks>
public static class PointwiseProduct
{
    /// <param name="x">[B, in, H, W] float32, channels last.</param>
    /// <param name="weight">[out, in, 1, 1] float32.</param>
    /// <param name="type">The type of the factors.</param>
    /// <param name="bias">[out] float32; null for none.</param>
    /// <returns>[B, out, H, W] float32, channels last.</returns>
    public static Tensor Of(Tensor x, Tensor weight, ScalarType type, Tensor? bias = null)
    {
        using var scope = NewDisposeScope();
        var (count, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
        var positions = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]).to_type(type);
        var product = positions.matmul(weight.flatten(1).to_type(type).t()).to_type(ScalarType.Float32);
        product = bias is null ? product : product.Plus(bias);
        return product.view(count, height, width, weight.shape[0]).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
