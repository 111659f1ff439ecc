using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Losses;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// The learned factor on cosine similarities, kept as its logarithm and capped. In Sparse CLIP (Qin et al. 2026, section 2,
/// observation O3) the cap is the knob of sparsity: a lower cap gives a lower L0.
/// </summary>
public sealed class LogitScale : nn.Module
{
    public readonly Parameter logit_scale; // scalar, ln of the factor

    /// <param name="cap">Highest factor, at least 1; the paper uses 100, 50 and 40.</param>
    /// <param name="start">Factor at the start; CLIP's 1 / 0.07.</param>
    public LogitScale(double cap, double start = 1 / 0.07)
        : base(nameof(LogitScale))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cap, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(start);
        Cap = cap;
        logit_scale = new Parameter(tensor((float)Math.Log(Math.Min(start, cap))));
        register_parameter(nameof(logit_scale), logit_scale);
        this.OwnTensors();
    }

    /// <summary>Highest factor.</summary>
    public double Cap { get; }

    /// <summary>The factor as a scalar tensor, with gradient.</summary>
    public Tensor Factor() => logit_scale.exp();

    /// <summary>The factor as a number.</summary>
    public double Value => Math.Exp(logit_scale.item<float>());

    /// <summary>Holds the factor within 1..<see cref="Cap"/>; call it after every optimiser step (a clamp in the forward pass would end its gradient).</summary>
    public void Clamp()
    {
        using var noGrad = no_grad();
        logit_scale.WithinInPlace(0, Math.Log(Cap));
    }
}
