using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// A final projection in any of the variants that the studies compare (Sparse CLIP, section 2): full or a product of two thin matrices, with or without
/// ReLU, all features or the K greatest of each code.
/// </summary>
public sealed class StudyHead : nn.Module<Tensor, Tensor>
{
    public readonly StateNorm norm;
    public readonly Parameter weight; // [D, d], or [D, r]
    public readonly Parameter? down; // [r, d]
    public readonly Parameter bias; // [D]
    private readonly StudyConfig _config;
    private readonly ScalarType _matmulType;

    /// <param name="width">d, the width of a state.</param>
    /// <param name="config">The variant.</param>
    /// <param name="matmulType">The type of the products; sums and results stay float32.</param>
    public StudyHead(long width, StudyConfig config, ScalarType matmulType = ScalarType.Float32)
        : base(nameof(StudyHead))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        _config = config;
        _matmulType = matmulType;
        norm = new StateNorm(width);
        var rank = config.RankFrom(width);
        if (rank > 0)
        {
            down = new Parameter(randn(rank, width).Over(Math.Sqrt(width)));
        }

        var inner = rank > 0 ? rank : width;
        weight = new Parameter(randn(config.Dimension, inner).Over(Math.Sqrt(inner)));
        bias = new Parameter(Scalars.Filled([config.Dimension], config.Bias));
        RegisterComponents();
    }

    /// <summary>Codes of states. [B, d] -> [B, D]</summary>
    /// <exception cref="ArgumentException">The states have another width.</exception>
    public override Tensor forward(Tensor states)
    {
        if (states.dim() != 2 || states.shape[1] != norm.running_mean.shape[0])
        {
            throw new ArgumentException($"States have the shape [{string.Join(", ", states.shape)}]; needed are rows of {norm.running_mean.shape[0]}.", nameof(states));
        }

        var x = norm.forward(states);
        x = down is null ? x : Product(x, down);
        var codes = _config.Activation.Apply(Product(x, weight).Plus(bias));
        return _config.TopK == 0 ? codes : Greatest(codes, _config.TopK);
    }

    /// <summary>x W'. [B, n], [m, n] -> [B, m]</summary>
    private Tensor Product(Tensor x, Tensor matrix) => _matmulType == ScalarType.Float32
        ? x.matmul(matrix.t())
        : x.to_type(_matmulType).matmul(matrix.to_type(_matmulType).t()).to_type(ScalarType.Float32);

    /// <summary>All but the K greatest values of a row become zero (Gao et al. 2024).</summary>
    private static Tensor Greatest(Tensor codes, int k)
    {
        var (values, indices) = codes.topk(k, dim: 1);
        return zeros_like(codes).scatter(1, indices, values);
    }
}
