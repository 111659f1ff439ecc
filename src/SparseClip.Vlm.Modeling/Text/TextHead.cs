using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Text;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// The trained part of the text tower: pooled states of the frozen language-model layers are centred and scaled, pass a residual
/// two-layer perceptron, and enter the sparse head.
/// </summary>
public sealed class TextHead : nn.Module<Tensor, Tensor>
{
    public readonly StateNorm norm;
    public readonly Linear widen;
    public readonly Linear narrow;
    public readonly Linear skip;
    public readonly SparseHead head;
    private readonly Dropout dropout;

    /// <param name="width">Width of a pooled state.</param>
    /// <param name="hidden">Width of the perceptron.</param>
    /// <param name="narrowWidth">Width of what enters the sparse head.</param>
    /// <param name="dimension">D.</param>
    /// <param name="bias">The start of the sparse head's biases.</param>
    /// <param name="dropoutShare">The share of the hidden values dropped in training, 0..1.</param>
    /// <param name="matmulType">The type of the sparse head's product in training.</param>
    /// <param name="activation">What follows the final projection.</param>
    public TextHead(
        long width, long hidden, long narrowWidth, long dimension, float bias = -2f, double dropoutShare = 0, ScalarType matmulType = ScalarType.Float32,
        HeadActivation activation = HeadActivation.Relu)
        : base(nameof(TextHead))
    {
        norm = new StateNorm(width);
        widen = nn.Linear(width, hidden, device: ComputeDevice.Current);
        narrow = nn.Linear(hidden, narrowWidth, device: ComputeDevice.Current);
        skip = nn.Linear(width, narrowWidth, hasBias: false, device: ComputeDevice.Current);
        dropout = nn.Dropout(dropoutShare);
        head = new SparseHead(narrowWidth, dimension, bias, matmulType, activation);
        RegisterComponents();
    }

    /// <summary>The codes of texts.</summary>
    /// <param name="states">Pooled states [N, width], float32.</param>
    /// <returns>Codes [N, D], zero or more.</returns>
    public override Tensor forward(Tensor states)
    {
        using var narrowed = Narrowed(states);
        return head.forward(narrowed);
    }

    /// <summary>What the codes are before their activation. [N, width] -> [N, D]</summary>
    public Tensor PreActivations(Tensor states)
    {
        using var narrowed = Narrowed(states);
        return head.PreActivations(narrowed);
    }

    /// <summary>What enters the sparse head. [N, width] -> [N, narrow width]</summary>
    public Tensor Narrowed(Tensor states)
    {
        var x = norm.forward(states);
        using var hidden = nn.functional.gelu(widen.forward(x));
        return narrow.forward(dropout.forward(hidden)).Plus(skip.forward(x));
    }
}
