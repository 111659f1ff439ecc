using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// Batch normalisation of channels whose momentum can be set and whose state is exactly the four tensors of the published weights
/// (torch's own class adds a batch counter).
/// </summary>
internal sealed class BatchNorm : nn.Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [C]
    public readonly Parameter bias; // [C]
    public readonly Tensor running_mean; // [C]
    public readonly Tensor running_var; // [C]
    private readonly double eps;

    public BatchNorm(long channels, double eps)
        : base(nameof(BatchNorm))
    {
        this.eps = eps;
        weight = new Parameter(ones(channels));
        bias = new Parameter(zeros(channels));
        running_mean = zeros(channels);
        running_var = ones(channels);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        register_buffer(nameof(running_mean), running_mean);
        register_buffer(nameof(running_var), running_var);
    }

    /// <summary>Share of the batch in the running statistics at each training step.</summary>
    public double Momentum { get; set; } = 0.1;

    /// <param name="x">[B, C, H, W]</param>
    public override Tensor forward(Tensor x) =>
        nn.functional.batch_norm(x, running_mean, running_var, weight, bias, training, Momentum, eps);

    /// <summary>The affine map that this is in evaluation: y = scale * x + shift, both [C].</summary>
    public (Tensor Scale, Tensor Shift) Affine()
    {
        var scale = weight / running_var.Plus(eps).sqrt();
        return (scale, bias - (running_mean * scale));
    }
}
