using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>Rotary position embedding (Su et al., RoFormer, 2021) in the half-rotated order: element i of a head turns with element i + half.</summary>
internal sealed class RotaryEmbedding
{
    private readonly long _half;
    private readonly Tensor _cos; // [context, headWidth]
    private readonly Tensor _sin; // [context, headWidth], the first half negated

    /// <summary>Its tensors belong to the caller's dispose scope, which may hand them on.</summary>
    public RotaryEmbedding(LlamaConfig config, ScalarType type)
    {
        _half = config.HeadWidth / 2;
        using var scope = NewDisposeScope();
        var exponents = Scalars.Range(0, config.HeadWidth, 2, ScalarType.Float64).Over(config.HeadWidth);
        var frequencies = pow(config.RopeBase, -exponents);
        var angles = Scalars.Range(config.ContextLength, ScalarType.Float64).unsqueeze(1) * frequencies; // [context, half]
        _cos = cat([angles.cos(), angles.cos()], 1).to_type(type).MoveToOuterDisposeScope();
        _sin = cat([-angles.sin(), angles.sin()], 1).to_type(type).MoveToOuterDisposeScope();
    }

    /// <summary>All that it holds.</summary>
    public IEnumerable<Tensor> Tensors => [_cos, _sin];

    /// <summary>The tables for positions first .. first + count - 1; the caller disposes the views.</summary>
    public (Tensor Cos, Tensor Sin) At(long first, long count) => (_cos.narrow(0, first, count), _sin.narrow(0, first, count));

    /// <param name="x">[.., T, headWidth]</param>
    /// <param name="table">What <see cref="At"/> gave for the T positions.</param>
    /// <returns>As x.</returns>
    public Tensor Rotate(Tensor x, (Tensor Cos, Tensor Sin) table) => Turn(x, table, 1);

    /// <summary>The opposite turn, which is also the gradient of <see cref="Rotate"/>.</summary>
    public Tensor RotateBack(Tensor x, (Tensor Cos, Tensor Sin) table) => Turn(x, table, -1);

    private Tensor Turn(Tensor x, (Tensor Cos, Tensor Sin) table, double direction)
    {
        using var swapped = x.roll(_half, -1);
        using var turned = x * table.Cos;
        return turned.PlusProduct(swapped, table.Sin, direction);
    }
}
