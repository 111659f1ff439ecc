using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>A low-rank addition to a frozen product (Hu et al. 2021, section 4.1): y = W x + B A x. Collects the gradients of A and B itself.</summary>
/// <remarks>The tensors belong to the dispose scope in which it was made.</remarks>
internal sealed class LowRank
{
    private readonly Tensor _a;
    private readonly Tensor _b;
    private readonly Tensor _gradientOfA;
    private readonly Tensor _gradientOfB;
    private readonly Lock _gradients = new(); // several passes at once add to them

    /// <param name="a">[r, in] float32</param>
    /// <param name="b">[out, r] float32</param>
    /// <param name="type">The type of the products.</param>
    public LowRank(Tensor a, Tensor b, ScalarType type)
    {
        (A, B) = (a, b);
        (_a, _b) = (a.detach().to_type(type), b.detach().to_type(type));
        (_gradientOfA, _gradientOfB) = (zeros_like(a), zeros_like(b));
    }

    /// <summary>[r, in] with what it was made of.</summary>
    public Tensor A { get; }

    /// <summary>[out, r] with what it was made of.</summary>
    public Tensor B { get; }

    /// <summary>A number whose gradient is what was collected; its value means nothing.</summary>
    public Tensor Surrogate => (A * _gradientOfA).sum().Plus((B * _gradientOfB).sum());

    /// <summary>The frozen product, with the addition if there is one.</summary>
    /// <param name="x">[.., in]</param>
    /// <param name="weight">[out, in]</param>
    /// <param name="addition">Null for none.</param>
    /// <returns>[.., out]</returns>
    public static Tensor Product(Tensor x, Tensor weight, LowRank? addition)
    {
        var product = nn.functional.linear(x, weight);
        if (addition is null)
        {
            return product;
        }

        using var inner = nn.functional.linear(x, addition._a);
        using var added = nn.functional.linear(inner, addition._b);
        return product.PlusInPlace(added);
    }

    /// <summary>The gradient with respect to x; those of A and B are added to what was collected.</summary>
    /// <param name="gradient">With respect to the product. [.., out]</param>
    /// <param name="x">What was multiplied. [.., in]</param>
    /// <param name="weight">[out, in]</param>
    /// <param name="addition">Null for none.</param>
    /// <returns>[.., in]</returns>
    public static Tensor ProductBackward(Tensor gradient, Func<Tensor> x, Tensor weight, LowRank? addition)
    {
        var result = gradient.matmul(weight);
        if (addition is null)
        {
            return result;
        }

        using var scope = NewDisposeScope();
        return result.PlusInPlace(addition.Backward(gradient, x())).MoveToOuterDisposeScope();
    }

    private Tensor Backward(Tensor gradient, Tensor x)
    {
        var (rowsOfX, rowsOfGradient) = (x.reshape(-1, x.shape[^1]), gradient.reshape(-1, gradient.shape[^1]));
        var inner = nn.functional.linear(rowsOfX, _a); // [N, r]
        var onInner = rowsOfGradient.matmul(_b); // [N, r]
        var ofA = onInner.transpose(0, 1).matmul(rowsOfX).to_type(ScalarType.Float32);
        var ofB = rowsOfGradient.transpose(0, 1).matmul(inner).to_type(ScalarType.Float32);
        lock (_gradients)
        {
            _gradientOfA.PlusInPlace(ofA);
            _gradientOfB.PlusInPlace(ofB);
        }

        return onInner.matmul(_a).view(x.shape);
    }
}

/// <summary>The additions to the products of one layer; null for a product without.</summary>
internal sealed record LayerLora(LowRank? Qkv, LowRank? Output, LowRank? GateUp, LowRank? Down)
{
    public IEnumerable<LowRank> All => new[] { Qkv, Output, GateUp, Down }.OfType<LowRank>();
}
