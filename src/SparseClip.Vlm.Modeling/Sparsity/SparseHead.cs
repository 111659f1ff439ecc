using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Sparsity;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// The final projection of a tower with dimension expansion and non-negativity (Sparse CLIP, section 2): states [B, d] are centred and
/// scaled, projected to D features, and passed through a ReLU.
/// </summary>
/// <remarks>
/// The bias starts below zero so that a code starts with about 1% of its features active and not with half of them: within a short training
/// the contrastive loss alone does not bring sparsity about.
/// </remarks>
public sealed class SparseHead : nn.Module<Tensor, Tensor>
{
    public readonly StateNorm norm;
    public readonly Parameter weight; // [D, d]
    public readonly Parameter bias; // [D]
    private readonly ScalarType matmulType;
    private readonly HeadActivation activation;

    /// <param name="width">d, the width of a state.</param>
    /// <param name="dimension">D, the number of features.</param>
    /// <param name="bias">The start of every bias; see the remarks.</param>
    /// <param name="matmulType">The type of the training product (the sums, the norm and the result stay float32).</param>
    /// <param name="activation">What follows the projection.</param>
    public SparseHead(
        long width, long dimension, float bias = -2f, ScalarType matmulType = ScalarType.Float32, HeadActivation activation = HeadActivation.Relu)
        : base(nameof(SparseHead))
    {
        this.matmulType = matmulType;
        this.activation = activation;
        norm = new StateNorm(width);
        weight = new Parameter(randn(dimension, width).Over(Math.Sqrt(width)));
        this.bias = new Parameter(Scalars.Filled([dimension], bias));
        RegisterComponents();
    }

    /// <summary>d.</summary>
    public long Width => weight.shape[1];

    /// <summary>D.</summary>
    public long Dimension => weight.shape[0];

    /// <summary>The pre-activations of pooled states.</summary>
    /// <param name="states">[B, d] float32.</param>
    /// <returns>[B, D] float32</returns>
    public Tensor PreActivations(Tensor states)
    {
        var x = norm.forward(states);
        return matmulType == ScalarType.Float32
            ? nn.functional.linear(x, weight, bias)
            : x.to_type(matmulType).matmul(weight.to_type(matmulType).t()).to_type(ScalarType.Float32).Plus(bias);
    }

    /// <summary>The codes of pooled states: the activation of the pre-activations. [B, d] -> [B, D]</summary>
    public override Tensor forward(Tensor states) => activation.Apply(PreActivations(states));

    /// <summary>Moves the biases from outside, beside what their gradients do.</summary>
    /// <param name="by">[D], in units of a pre-activation.</param>
    public void ShiftBiases(Tensor by)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (!by.shape.SequenceEqual(bias.shape))
        {
            throw new ArgumentException($"A shift [{string.Join(", ", by.shape)}] for {Dimension} features.", nameof(by));
        }

        using var noGrad = no_grad();
        bias.PlusInPlace(by);
    }

    /// <summary>
    /// The head as one affine map, with the running statistics folded in: pre-activation = W h + b. It holds for a pooled state and for a patch
    /// state alike, so the pooled pre-activation of a feature is exactly the mean of its patches'.
    /// </summary>
    /// <returns>W [D, d] and b [D], float32, without gradient.</returns>
    public (Tensor Weight, Tensor Bias) Fold()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (mean, scale) = norm.Affine();
        var folded = weight * scale; // [D, d] * [d]
        var shift = bias - folded.mv(mean);
        return (folded.MoveToOuterDisposeScope(), shift.MoveToOuterDisposeScope());
    }

    /// <summary>Makes some features other ones. They are given as <see cref="Fold"/> would give them, so that their pre-activation is W h + b; all others stay.</summary>
    /// <param name="features">[K] int64: which, each once.</param>
    /// <param name="folded">W [K, d].</param>
    /// <param name="shift">b [K], in units of a pre-activation.</param>
    public void Replace(Tensor features, Tensor folded, Tensor shift)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(folded);
        ArgumentNullException.ThrowIfNull(shift);
        var count = features.shape[0];
        if (!folded.shape.SequenceEqual([count, Width]) || !shift.shape.SequenceEqual([count]))
        {
            throw new ArgumentException(
                $"{count} features need weights [{count}, {Width}] and biases [{count}], not [{string.Join(", ", folded.shape)}] and [{string.Join(", ", shift.shape)}].", nameof(folded));
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (mean, scale) = norm.Affine();
        weight.index_copy_(0, features, folded / scale);
        bias.index_copy_(0, features, shift.Plus(folded.mv(mean)));
    }
}
