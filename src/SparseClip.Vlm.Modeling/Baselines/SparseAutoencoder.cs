using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Baselines;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// What the sparse autoencoders share (Bricken et al. 2023; Gao et al. 2024): pre-activations W_e (x − b) + b_e, a decoder x̂ = z W_d + b of atoms of unit
/// length, and the start: atoms at random, the encoder their transpose, biases zero.
/// </summary>
public abstract class SparseAutoencoder : nn.Module, ISparseCoder
{
    public readonly Parameter pre_bias; // [d], b
    public readonly Parameter encoder; // [D, d], W_e
    public readonly Parameter encoder_bias; // [D], b_e
    public readonly Parameter decoder; // [D, d], one atom a row (a column of the papers' decoder)

    private protected SparseAutoencoder(SparseAutoencoderConfig config, long seed)
        : base(nameof(SparseAutoencoder))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var atoms = nn.functional.normalize(randn([config.Dimension, config.Width], generator: generator), dim: 1);
        pre_bias = new Parameter(zeros(config.Width));
        encoder = new Parameter(atoms.clone());
        encoder_bias = new Parameter(zeros(config.Dimension));
        decoder = new Parameter(atoms.clone());
        RegisterComponents();
        this.OwnTensors();
    }

    /// <summary>The shape and loss it was built with.</summary>
    public SparseAutoencoderConfig Config { get; }

    /// <inheritdoc />
    public int Width => Config.Width;

    /// <inheritdoc />
    public int Dimension => Config.Dimension;

    /// <summary>Builds the variant that a configuration asks for, untrained.</summary>
    /// <param name="config">The shape and the loss.</param>
    /// <param name="seed">Of the atoms' start.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or weight is out of range.</exception>
    public static SparseAutoencoder Create(SparseAutoencoderConfig config, long seed = 0) => config switch
    {
        ReluL1Config reluL1 => new ReluL1Autoencoder(reluL1, seed),
        MatryoshkaConfig matryoshka => new MatryoshkaAutoencoder(matryoshka, seed),
        TopKConfig topK => new TopKAutoencoder(topK, seed),
        _ => throw new ArgumentException($"There is no sparse autoencoder for a {config?.GetType().Name ?? "null"}.", nameof(config)),
    };

    /// <inheritdoc />
    public abstract Tensor Encode(Tensor dense);

    /// <inheritdoc />
    public Tensor Decode(Tensor codes)
    {
        MatrixShape.Require(codes, Dimension, "Codes", nameof(codes));
        return codes.matmul(decoder).Plus(pre_bias);
    }

    /// <summary>The loss of a batch, with gradient.</summary>
    /// <param name="dense">[B, d]</param>
    /// <param name="dead">[D] bool, the latents that have long been silent; null for none. Variants without an auxiliary loss do not look at it.</param>
    /// <exception cref="ArgumentException">A shape is another.</exception>
    public abstract SparseAutoencoderLoss Loss(Tensor dense, Tensor? dead = null);

    /// <summary>Starts the bias b at the mean of a first batch of embeddings (Gao et al. take their geometric median). [B, d]</summary>
    public void StartBiasAt(Tensor dense)
    {
        MatrixShape.Require(dense, Width, "Embeddings", nameof(dense));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        pre_bias.copy_(dense.mean([0]));
    }

    /// <summary>Brings every atom back to unit length; call it after each step of the optimiser.</summary>
    public void NormalizeAtoms()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        decoder.copy_(nn.functional.normalize(decoder, dim: 1));
    }

    /// <summary>
    /// Takes from the decoder's gradient what would only change the length of an atom (Bricken et al. 2023), so that the moments of Adam do not follow it; call
    /// it before each step of the optimiser.
    /// </summary>
    public void ProjectAtomGradients()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var gradient = decoder.grad;
        gradient?.sub_((gradient * decoder).sum(1, keepdim: true) * decoder);
    }

    /// <summary>W_e (x − b) + b_e. [B, d] -> [B, D]</summary>
    private protected Tensor PreActivations(Tensor dense)
    {
        MatrixShape.Require(dense, Width, "Embeddings", nameof(dense));
        return nn.functional.linear(dense - pre_bias, encoder, encoder_bias);
    }

    /// <summary>The squared length of the rows, mean over the batch. [B, d] -> []</summary>
    private protected static Tensor MeanSquaredLength(Tensor residual) => residual.Squared().sum(1).mean();
}
