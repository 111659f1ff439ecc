using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Sparsity;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// Centres and scales states by the statistics of the batch, without learned scale or shift: in training by the batch's own (gradient flows
/// through them), else by running ones. It is linear for given statistics, so a linear layer after it can absorb it.
/// </summary>
public sealed class StateNorm : nn.Module<Tensor, Tensor>
{
    public readonly Tensor running_mean; // [d]
    public readonly Tensor running_var; // [d]
    private const double Epsilon = 1e-5;

    /// <param name="width">d.</param>
    /// <param name="momentum">Share of the batch in the running statistics at each training step.</param>
    public StateNorm(long width, double momentum = 0.02)
        : base(nameof(StateNorm))
    {
        Momentum = momentum;
        running_mean = zeros(width);
        running_var = ones(width);
        register_buffer(nameof(running_mean), running_mean);
        register_buffer(nameof(running_var), running_var);
    }

    /// <summary>Share of the batch in the running statistics at each training step, 0..1.</summary>
    public double Momentum { get; set; }

    /// <param name="x">[B, d] float32; in training at least two rows.</param>
    /// <returns>[B, d]</returns>
    public override Tensor forward(Tensor x) =>
        nn.functional.batch_norm(x, running_mean, running_var, null, null, training, Momentum, Epsilon);

    /// <summary>y = (x - mean) * scale in evaluation mode. Both [d], float32.</summary>
    public (Tensor Mean, Tensor Scale) Affine() => (running_mean, running_var.Plus(Epsilon).rsqrt());
}
