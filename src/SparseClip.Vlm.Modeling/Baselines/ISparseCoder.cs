using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>
/// A dictionary learned or chosen after the fact: takes the dense embeddings of a finished model apart into few non-negative features and puts them
/// together again. What Sparse CLIP (Qin et al. 2026, section 3) is compared with.
/// </summary>
/// <remarks>Returned tensors belong to the caller's dispose scope. Implementations keep no state between calls.</remarks>
public interface ISparseCoder
{
    /// <summary>D, the number of features.</summary>
    int Dimension { get; }

    /// <summary>The codes of dense embeddings. [B, d] -> [B, D], 0 or more</summary>
    /// <exception cref="ArgumentException">The embeddings have another width.</exception>
    Tensor Encode(Tensor dense);

    /// <summary>The dense embeddings that codes stand for. [B, D] -> [B, d]</summary>
    /// <exception cref="ArgumentException">The codes have another width.</exception>
    Tensor Decode(Tensor codes);
}
