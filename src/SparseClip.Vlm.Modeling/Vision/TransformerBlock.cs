using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

#pragma warning disable IDE1006 // Field names are checkpoint keys.

/// <summary>A linear layer with float32 weights that computes in the type of its input.</summary>
internal sealed class Projection : nn.Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [out, in]
    public readonly Parameter bias; // [out]

    public Projection(long input, long output, double std)
        : base(nameof(Projection))
    {
        weight = new Parameter(empty(output, input));
        bias = new Parameter(zeros(output));
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        nn.init.normal_(weight, 0, std);
    }

    /// <param name="x">[..., in] -> [..., out]</param>
    public override Tensor forward(Tensor x) => nn.functional.linear(x, weight.to_type(x.dtype), bias.to_type(x.dtype));
}

/// <summary>Multi-head self-attention.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, Tensor>
{
    private readonly Projection qkv;
    private readonly Projection output;
    private readonly long heads;

    public SelfAttention(long width, long heads, double outputStd)
        : base(nameof(SelfAttention))
    {
        this.heads = heads;
        qkv = new Projection(width, 3 * width, 0.02);
        output = new Projection(width, width, outputStd);
        RegisterComponents();
    }

    /// <param name="x">[B, T, d] -> [B, T, d]</param>
    public override Tensor forward(Tensor x) => Forward(x, null);

    /// <param name="x">[B, T, d] -> [B, T, d]</param>
    /// <param name="mask">[T, T], added to the scores: 0 where a row may look at a column, else minus infinity; null for no mask.</param>
    public Tensor Forward(Tensor x, Tensor? mask)
    {
        var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]);
        var parts = qkv.forward(x).view(b, t, 3, heads, d / heads).permute(2, 0, 3, 1, 4); // [3, B, heads, T, d / heads]
        var (q, k, v) = (parts[0], parts[1], parts[2]);

        // Plain products: for so few patches their backward pass is faster than that of the fused kernel in bfloat16.
        var scores = q.matmul(k.transpose(-2, -1)).Times(1 / Math.Sqrt((double)d / heads)); // [B, heads, T, T]
        var mixed = (mask is null ? scores : scores.Plus(mask)).softmax(-1).matmul(v); // [B, heads, T, d / heads]
        return output.forward(mixed.transpose(1, 2).reshape(b, t, d));
    }
}

/// <summary>Two linear layers with an activation between.</summary>
internal sealed class Mlp : nn.Module<Tensor, Tensor>
{
    private readonly Projection up;
    private readonly Projection down;
    private readonly MlpActivation activation;

    public Mlp(long width, long hidden, MlpActivation activation, double outputStd)
        : base(nameof(Mlp))
    {
        this.activation = activation;
        up = new Projection(width, hidden, 0.02);
        down = new Projection(hidden, width, outputStd);
        RegisterComponents();
    }

    /// <param name="x">[B, T, d] -> [B, T, d]</param>
    public override Tensor forward(Tensor x)
    {
        var h = up.forward(x);
        return down.forward(activation == MlpActivation.QuickGelu ? h * h.Times(1.702).sigmoid() : nn.functional.gelu(h));
    }
}

/// <summary>The shape of a stack of transformer blocks.</summary>
/// <param name="Width">d.</param>
/// <param name="Depth">Number of blocks.</param>
/// <param name="Heads">Attention heads; divides the width.</param>
/// <param name="MlpWidth">Hidden width of the MLPs.</param>
/// <param name="Activation">Of the MLPs.</param>
/// <param name="NormEps">Added to the variance in layer normalisation.</param>
internal sealed record TransformerShape(int Width, int Depth, int Heads, int MlpWidth, MlpActivation Activation, double NormEps)
{
    /// <summary>What contradicts itself, in the words of configuration files; null if nothing does.</summary>
    public string? Problem() =>
        Width < 1 || Heads < 1 || Width % Heads != 0 ? $"heads {Heads} does not divide width {Width}"
        : Depth < 1 || MlpWidth < 1 ? "depth and mlp_width must be positive"
        : !(NormEps > 0) ? "norm_eps must be positive"
        : null;
}

/// <summary>A pre-norm transformer block. The residual stream stays float32; the products may run in another type.</summary>
internal sealed class TransformerBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly SelfAttention attention;
    private readonly LayerNorm norm2;
    private readonly Mlp mlp;

    public TransformerBlock(TransformerShape shape)
        : base(nameof(TransformerBlock))
    {
        // Residual outputs start smaller the deeper the network (Radford et al. 2019).
        var outputStd = 0.02 / Math.Sqrt(2.0 * shape.Depth);
        norm1 = nn.LayerNorm(shape.Width, shape.NormEps, device: ComputeDevice.Current);
        attention = new SelfAttention(shape.Width, shape.Heads, outputStd);
        norm2 = nn.LayerNorm(shape.Width, shape.NormEps, device: ComputeDevice.Current);
        mlp = new Mlp(shape.Width, shape.MlpWidth, shape.Activation, outputStd);
        RegisterComponents();
    }

    /// <param name="x">[B, T, d] float32 -> [B, T, d] float32</param>
    public override Tensor forward(Tensor x) => Forward(x, null);

    /// <param name="x">[B, T, d] float32 -> [B, T, d] float32</param>
    /// <param name="mask">[T, T], of <paramref name="products"/>, as <see cref="SelfAttention.Forward"/> takes it; null for none.</param>
    /// <param name="products">Type of the matrix products.</param>
    public Tensor Forward(Tensor x, Tensor? mask, ScalarType products = ScalarType.Float32)
    {
        var y = x.Plus(attention.Forward(norm1.forward(x).to_type(products), mask).to_type(ScalarType.Float32));
        return y.Plus(mlp.forward(norm2.forward(y).to_type(products)).to_type(ScalarType.Float32));
    }
}
