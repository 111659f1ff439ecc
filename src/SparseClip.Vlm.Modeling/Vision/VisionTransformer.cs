using SparseClip.Vlm.Modeling.Imaging;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

#pragma warning disable IDE1006 // Field names are checkpoint keys.

/// <summary>
/// Pre-norm vision transformer (Dosovitskiy et al. 2021) for runs from nothing and for the vision towers of existing CLIPs
/// (Radford et al. 2021). Patch states are the normalised outputs of the last block, without the class token.
/// </summary>
public sealed class VisionTransformer : nn.Module<Tensor, Tensor>, IVisionTrunk
{
    private readonly Conv2d patch_embedding;
    private readonly Parameter? class_embedding; // [d]
    private readonly Parameter position_embedding; // [T or 1 + T, d]
    private readonly LayerNorm? pre_norm;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm final_norm;
    private readonly VisionTransformerConfig config;

    /// <param name="config">Shape of the network.</param>
    /// <param name="stemType">Type of the products in the frozen low part; null chooses the machine's fastest.</param>
    public VisionTransformer(VisionTransformerConfig config, ScalarType? stemType = null)
        : base(nameof(VisionTransformer))
    {
        this.config = config;
        StemType = stemType ?? FastPrecision.Fastest;
        var (d, p) = (config.Width, config.PatchSize);
        patch_embedding = nn.Conv2d(3, d, p, stride: p, bias: config.HasPatchBias, device: ComputeDevice.Current);
        class_embedding = config.HasClassToken ? new Parameter(randn(d).Over(Math.Sqrt(d))) : null;
        var tokens = (config.GridSide * config.GridSide) + (config.HasClassToken ? 1 : 0);
        position_embedding = new Parameter(randn(tokens, d).Times(0.02));
        pre_norm = config.HasPreNorm ? nn.LayerNorm(d, config.NormEps, device: ComputeDevice.Current) : null;
        blocks = new ModuleList<TransformerBlock>([.. Enumerable.Range(0, config.Depth).Select(_ => new TransformerBlock(config.Blocks))]);
        final_norm = nn.LayerNorm(d, config.NormEps, device: ComputeDevice.Current);
        RegisterComponents();
        this.OwnTensors();
        SetTrainingFrom(0);
    }

    /// <inheritdoc />
    public nn.Module Module => this;

    /// <inheritdoc />
    public IVisionTrunkConfig Config => config;

    /// <inheritdoc />
    public int ImageSize => config.ImageSize;

    /// <inheritdoc />
    public int Width => config.Width;

    /// <inheritdoc />
    public int BlockCount => config.Depth;

    /// <inheritdoc />
    public int TrainingFrom { get; private set; }

    /// <inheritdoc />
    public PixelNormalization Normalization => config.Normalization;

    /// <summary>Type of the products in the frozen low part.</summary>
    public ScalarType StemType { get; }

    /// <summary>The type of the blocks' matrix products in the trained part while it trains; normalisations and the residual stream stay float32.</summary>
    public ScalarType TrainedProducts { private get; set; } = ScalarType.Float32;

    /// <inheritdoc />
    public int GridSide(int size) => size / config.PatchSize;

    /// <inheritdoc />
    public void SetTrainingFrom(int block)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(block);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(block, BlockCount + 1);
        TrainingFrom = block;
        patch_embedding.SetTrained(block == 0);
        pre_norm?.SetTrained(block == 0);
        position_embedding.requires_grad = block == 0;
        class_embedding?.requires_grad = block == 0;
        for (var i = 0; i < BlockCount; i++)
        {
            blocks[i].SetTrained(i >= block);
        }

        final_norm.SetTrained(block <= BlockCount);
    }

    /// <inheritdoc />
    public void WeightsChanged()
    {
        // Nothing of the weights is kept twice here.
    }

    /// <param name="pictures">[B, 3, S, S] normalised.</param>
    /// <returns>Tokens [B, T or 1 + T, d] float32 before block <see cref="TrainingFrom"/>; with cut 0 the pictures.</returns>
    public Tensor Stem(Tensor pictures)
    {
        if (TrainingFrom == 0)
        {
            return pictures.alias();
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var x = Run(Embed(pictures), 0, TrainingFrom, StemType);
        return (TrainingFrom > BlockCount ? final_norm.forward(x) : x).MoveToOuterDisposeScope();
    }

    /// <param name="states">What <see cref="Stem"/> returned.</param>
    /// <returns>[B, T, d] float32</returns>
    public Tensor Top(Tensor states)
    {
        using var scope = NewDisposeScope();
        var tokens = Tokens(states);
        return (config.HasClassToken ? tokens.narrow(1, 1, tokens.shape[1] - 1) : tokens).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Top"/> with the class token, if there is one, first; CLIP's own pooled state is this token.</summary>
    /// <returns>[B, T or 1 + T, d] float32</returns>
    public Tensor Tokens(Tensor states)
    {
        using var scope = NewDisposeScope();
        var x = Run(TrainingFrom == 0 ? Embed(states) : states, TrainingFrom, BlockCount, training ? TrainedProducts : ScalarType.Float32);
        return (TrainingFrom > BlockCount ? x.alias() : final_norm.forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The whole trunk: [B, 3, S, S] normalised -> [B, T, d].</summary>
    public override Tensor forward(Tensor pictures)
    {
        using var states = Stem(pictures);
        return Top(states);
    }

    private Tensor Run(Tensor x, int from, int to, ScalarType products)
    {
        for (var i = from; i < Math.Min(to, BlockCount); i++)
        {
            x = blocks[i].Forward(x, null, products);
        }

        return x;
    }

    private Tensor Embed(Tensor pictures)
    {
        var grid = patch_embedding.forward(pictures); // [B, d, h, w]
        var (rows, columns) = (grid.shape[2], grid.shape[3]);
        var x = grid.flatten(2).transpose(1, 2); // [B, T, d]
        if (class_embedding is not null)
        {
            x = cat([class_embedding.expand(x.shape[0], 1, -1), x], 1);
        }

        x = x.Plus(Positions(rows, columns));
        return pre_norm?.forward(x) ?? x;
    }

    /// <summary>Position embeddings for a grid; those of another size than the configured one are resampled.</summary>
    private Tensor Positions(long rows, long columns)
    {
        var side = config.GridSide;
        if (rows == side && columns == side)
        {
            return position_embedding;
        }

        var first = config.HasClassToken ? 1 : 0;
        var square = position_embedding.narrow(0, first, side * side).view(1, side, side, -1).permute(0, 3, 1, 2); // [1, d, side, side]
        var resized = nn.functional.interpolate(square, size: [rows, columns], mode: InterpolationMode.Bicubic, align_corners: false)
            .permute(0, 2, 3, 1).flatten(0, 2); // [T, d]
        return first == 0 ? resized : cat([position_embedding.narrow(0, 0, 1), resized], 0);
    }
}
