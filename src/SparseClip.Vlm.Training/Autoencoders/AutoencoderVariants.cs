using SparseClip.Vlm.Modeling.Baselines;

namespace SparseClip.Vlm.Training.Autoencoders;

/// <summary>The autoencoders that Sparse CLIP is compared with: as many latents as it has features and, where a variant lets one choose, as few of them active.</summary>
/// <param name="Name">As in tables.</param>
/// <param name="Config">What is trained.</param>
/// <param name="Remark">Its settings, in words.</param>
public sealed record AutoencoderVariant(string Name, SparseAutoencoderConfig Config, string Remark)
{
    /// <summary>ReLU with an L1 penalty (Bricken et al. 2023), TopK (Gao et al. 2024) and Matryoshka (Bussmann et al. 2025).</summary>
    /// <param name="width">d, the width of the dense embeddings.</param>
    /// <param name="dimension">D, the number of latents.</param>
    /// <param name="active">Active latents of the two TopK ones: the L0 of the sparse model, so that they are compared at one sparsity.</param>
    /// <param name="l1Weight">The weight of the L1 penalty.</param>
    public static IReadOnlyList<AutoencoderVariant> All(int width, int dimension, int active, double l1Weight)
    {
        var k = Math.Clamp(active, 1, dimension);
        var auxiliary = Math.Min(dimension, Math.Max(1, width / 2));
        int[] prefixes = [.. new[] { 16, 8, 4, 2, 1 }.Select(part => Math.Max(1, dimension / part)).Distinct()];
        return
        [
            new("SAE, ReLU + L1", new ReluL1Config(width, dimension, l1Weight), $"L1 weight {l1Weight}"),
            new("SAE, TopK", new TopKConfig(width, dimension, k, auxiliary), $"K {k}, the L0 of the sparse run"),
            new("SAE, Matryoshka", new MatryoshkaConfig(width, dimension, k, auxiliary, prefixes), $"K {k}, dictionaries of {string.Join(", ", prefixes)}"),
        ];
    }
}
