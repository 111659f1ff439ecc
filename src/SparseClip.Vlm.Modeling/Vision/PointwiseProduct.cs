using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>A 1 x 1 convolution as what it is, a matrix product over positions, computed in a narrow type with gradient.</summary>
public static class PointwiseProduct
{
    /// <param name="x">[B, in, H, W] float32, channels last.</param>
    /// <param name="weight">[out, in, 1, 1] float32.</param>
    /// <param name="type">The type of the factors.</param>
    /// <returns>[B, out, H, W] float32, channels last.</returns>
    public static Tensor Of(Tensor x, Tensor weight, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (count, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
        var positions = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]).to_type(type);
        var product = positions.matmul(weight.flatten(1).to_type(type).t()).to_type(ScalarType.Float32);
        return product.view(count, height, width, weight.shape[0]).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
