using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>The shape and the loss of a sparse autoencoder: everything that is needed to build it before its weights are read.</summary>
/// <param name="Width">d, the width of a dense embedding, 1 or more.</param>
/// <param name="Dimension">D, the number of latents, 1 or more.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "variant")]
[JsonDerivedType(typeof(ReluL1Config), "relu_l1")]
[JsonDerivedType(typeof(TopKConfig), "top_k")]
[JsonDerivedType(typeof(MatryoshkaConfig), "matryoshka")]
public abstract record SparseAutoencoderConfig(int Width, int Dimension)
{
    /// <summary>The key of the safetensors header under which the configuration is kept as JSON.</summary>
    public const string MetadataKey = "sparse_autoencoder_config";

    /// <summary>Refuses sizes and weights out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is; the message names it.</exception>
    public virtual void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Dimension, 1);
    }
}

/// <summary>See <see cref="ReluL1Autoencoder"/>.</summary>
/// <param name="Width">d.</param>
/// <param name="Dimension">D.</param>
/// <param name="L1Weight">lambda, the weight of the sum of a code's values beside the squared error of its reconstruction; 0 or more.</param>
public sealed record ReluL1Config(int Width, int Dimension, double L1Weight) : SparseAutoencoderConfig(Width, Dimension)
{
    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(L1Weight);
    }
}

/// <summary>See <see cref="TopKAutoencoder"/>.</summary>
/// <param name="Width">d.</param>
/// <param name="Dimension">D.</param>
/// <param name="K">Active latents of a code, 1..D.</param>
/// <param name="AuxiliaryK">Dead latents that learn from what is left over, 0 (off)..D; Gao et al. take a power of two near d / 2.</param>
/// <param name="AuxiliaryWeight">alpha, the weight of their loss, 0 or more; Gao et al. take 1/32.</param>
public record TopKConfig(int Width, int Dimension, int K, int AuxiliaryK, double AuxiliaryWeight = 1.0 / 32)
    : SparseAutoencoderConfig(Width, Dimension)
{
    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(K, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(K, Dimension);
        ArgumentOutOfRangeException.ThrowIfNegative(AuxiliaryK);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(AuxiliaryK, Dimension);
        ArgumentOutOfRangeException.ThrowIfNegative(AuxiliaryWeight);
    }
}

/// <summary>See <see cref="MatryoshkaAutoencoder"/>.</summary>
/// <param name="Width">d.</param>
/// <param name="Dimension">D.</param>
/// <param name="K">Active latents of a code, 1..D.</param>
/// <param name="AuxiliaryK">As for <see cref="TopKConfig"/>.</param>
/// <param name="Prefixes">Sizes of the nested dictionaries, ascending, the last one D.</param>
/// <param name="AuxiliaryWeight">As for <see cref="TopKConfig"/>.</param>
public sealed record MatryoshkaConfig(
    int Width, int Dimension, int K, int AuxiliaryK, IReadOnlyList<int> Prefixes, double AuxiliaryWeight = 1.0 / 32)
    : TopKConfig(Width, Dimension, K, AuxiliaryK, AuxiliaryWeight)
{
    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        if (Prefixes.Count == 0 || Prefixes[0] < 1 || Prefixes[^1] != Dimension || Prefixes.Zip(Prefixes.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Prefixes), string.Join(", ", Prefixes), $"Prefixes must ascend from 1 or more and end at the {Dimension} latents.");
        }
    }
}
