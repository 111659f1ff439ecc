using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Sparsity;

/// <summary>What follows the final projection of a tower.</summary>
public enum HeadActivation
{
    /// <summary>Negative values become zero: Sparse CLIP (section 2).</summary>
    Relu,

    /// <summary>Nothing: CLIP as it was, the dense twin that Sparse CLIP is compared with.</summary>
    None,
}

/// <summary>Applies what follows a final projection.</summary>
public static class HeadActivations
{
    /// <summary>The codes of pre-activations.</summary>
    public static Tensor Apply(this HeadActivation activation, Tensor preActivations) =>
        activation == HeadActivation.Relu ? nn.functional.relu(preActivations) : preActivations.alias();
}
