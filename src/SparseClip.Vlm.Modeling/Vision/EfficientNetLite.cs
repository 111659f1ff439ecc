using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Imaging;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

#pragma warning disable IDE1006 // Field names are checkpoint keys.

/// <summary>
/// EfficientNet-Lite without its classifier: patch states are the outputs of the head convolution (1280 channels), one patch for
/// every 32 x 32 pixels. Blocks below the cut run folded, frozen and channels-last in <see cref="StemType"/>; the others in float32.
/// Where the configuration keeps the published top (<see cref="EfficientNetLiteConfig.KeptFrom"/>), a patch state is twice as wide: the tuned top's, then the kept one's.
/// Where it tells colours (<see cref="EfficientNetLiteConfig.HasColours"/>), the shares of the patch's colours follow.
/// </summary>
public sealed class EfficientNetLite : nn.Module<Tensor, Tensor>, IVisionTrunk
{
    /// <summary>Pictures that go through the low part at once on a CPU: more of them no longer fit the caches and are slower.</summary>
    private const int StemChunk = 56;

    private readonly ConvNorm stem;
    private readonly ModuleList<InvertedBottleneck> blocks;
    private readonly ConvNorm head;
    private readonly KeptTop? kept;
    private readonly EfficientNetLiteConfig config;
    private FoldedTrunk? folded;

    /// <param name="config">Shape of the network.</param>
    /// <param name="imageSize">Pixels a side that it is used with, a multiple of 32; it accepts others.</param>
    /// <param name="stemType">Type of the frozen low part; null chooses the machine's fastest.</param>
    public EfficientNetLite(EfficientNetLiteConfig config, int imageSize = 128, ScalarType? stemType = null)
        : base(nameof(EfficientNetLite))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageSize, 32);
        this.config = config;
        ImageSize = imageSize;
        StemType = stemType ?? FastPrecision.Fastest;
        var eps = config.Norm.Eps;
        stem = new ConvNorm(3, config.Stem.Out, new ConvSpec(config.Stem.Kernel, config.Stem.Stride, 1, HasRelu6: true), eps);
        blocks = new ModuleList<InvertedBottleneck>([.. config.Blocks.Select(b => new InvertedBottleneck(b, eps))]);
        head = new ConvNorm(config.Blocks[^1].Out, config.Head.Out, new ConvSpec(1, 1, 1, HasRelu6: true), eps);
        kept = config.KeptFrom is { } from ? new KeptTop(config, from) : null;
        kept?.SetTrained(false);
        RegisterComponents();
        this.OwnTensors();
    }

    /// <inheritdoc />
    public nn.Module Module => this;

    /// <inheritdoc />
    public IVisionTrunkConfig Config => config;

    /// <inheritdoc />
    public int ImageSize { get; }

    /// <inheritdoc />
    public int Width => (kept is null ? config.Head.Out : 2 * config.Head.Out) + (config.HasColours ? ColourNames.All.Count : 0);

    /// <inheritdoc />
    public int BlockCount => config.Blocks.Count;

    /// <inheritdoc />
    public int TrainingFrom { get; private set; }

    /// <inheritdoc />
    public PixelNormalization Normalization => config.Normalization;

    /// <summary>Type that the frozen low part computes in.</summary>
    public ScalarType StemType { get; }

    /// <summary>Share of the batch in the running statistics of the trained part at each step; 0.02 suits short fine-tuning.</summary>
    public double NormMomentum
    {
        set
        {
            stem.Momentum = value;
            head.Momentum = value;
            foreach (var block in blocks)
            {
                block.Momentum = value;
            }
        }
    }

    /// <summary>
    /// The type of the 1 x 1 products of the trained part while it trains: most of its arithmetic. Its depthwise filters stay float32, whose
    /// backward pass is faster than that of bfloat16.
    /// </summary>
    public ScalarType TrainedProducts
    {
        set
        {
            head.TrainedProducts = value;
            foreach (var block in blocks)
            {
                block.TrainedProducts = value;
            }
        }
    }

    /// <summary>Builds the trunk and fills it from published weights, cut below block <paramref name="trainingFrom"/>, in evaluation mode.</summary>
    /// <exception cref="CheckpointException">The weights do not fit the configuration.</exception>
    public static EfficientNetLite FromPretrained(EfficientNetLiteConfig config, SafetensorsFile weights, int trainingFrom, int imageSize = 128, ScalarType? stemType = null)
    {
        var trunk = new EfficientNetLite(config, imageSize, stemType);
        try
        {
            StrictLoader.Load(trunk, weights, ignoreInFile: name => name.StartsWith("classifier.", StringComparison.Ordinal));
            trunk.SetTrainingFrom(trainingFrom);
            trunk.eval();
            return trunk;
        }
        catch
        {
            trunk.Dispose();
            throw;
        }
    }

    /// <summary>Every strided convolution rounds down, as its padding makes it.</summary>
    public int GridSide(int size) => config.Blocks.Where(b => b.Stride == 2).Aggregate(size / config.Stem.Stride, (side, _) => side / 2);

    /// <inheritdoc />
    public void SetTrainingFrom(int block)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(block);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(block, BlockCount + 1);
        if (config.HasColours && block <= BlockCount)
        {
            throw new ConfigurationException("This trunk also tells colours, which stand beside frozen layers only, so it cannot be trained on. Train the tower from before its colours were added.");
        }

        WeightsChanged();
        TrainingFrom = block;
        stem.SetTrained(block == 0);
        for (var i = 0; i < BlockCount; i++)
        {
            blocks[i].SetTrained(i >= block);
        }

        head.SetTrained(block <= BlockCount);
    }

    /// <inheritdoc />
    public void WeightsChanged()
    {
        folded?.Dispose();
        folded = null;
    }

    /// <param name="pictures">[B, 3, S, S] normalised.</param>
    /// <returns>States below block <see cref="TrainingFrom"/>: [B, C, h, w] channels-last in <see cref="StemType"/>.</returns>
    public Tensor Stem(Tensor pictures)
    {
        if (TrainingFrom == 0)
        {
            return pictures.alias();
        }

        using var noGrad = no_grad();
        var low = folded ?? FoldFrozen();
        using var scope = NewDisposeScope();
        var count = pictures.shape[0];
        var atOnce = pictures.device_type == TorchSharp.DeviceType.CPU ? StemChunk : count;
        var chunks = new List<Tensor>();
        for (long start = 0; start < count; start += atOnce)
        {
            chunks.Add(Frozen(low, pictures.narrow(0, start, Math.Min(atOnce, count - start))));
        }

        return (chunks.Count == 1 ? chunks[0] : cat(chunks)).MoveToOuterDisposeScope();
    }

    /// <param name="states">What <see cref="Stem"/> returned.</param>
    /// <returns>[B, T, Width] float32</returns>
    public Tensor Top(Tensor states)
    {
        using var scope = NewDisposeScope();
        var x = ChannelsLast.Of(states.to_type(ScalarType.Float32));
        Tensor? keeping = null;
        if (config.KeptFrom < TrainingFrom)
        {
            keeping = x[.., ^config.Head.Out..];
            x = ChannelsLast.Of(x[.., ..^config.Head.Out]);
        }

        x = TrainingFrom == 0 ? stem.forward(x) : x;
        for (var i = TrainingFrom; i < BlockCount; i++)
        {
            keeping = i == config.KeptFrom ? Keep(x) : keeping;
            x = blocks[i].forward(x);
        }

        x = TrainingFrom <= BlockCount ? head.forward(x) : x; // [B, d, h, w]
        x = keeping is null ? x : cat([x, keeping], 1);
        return x.permute(0, 2, 3, 1).flatten(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The whole trunk: [B, 3, S, S] normalised -> [B, T, Width].</summary>
    public override Tensor forward(Tensor pictures)
    {
        using var states = Stem(pictures);
        return Top(states);
    }

    /// <summary>The states of the frozen layers, the colours of the pictures behind them.</summary>
    private Tensor Frozen(FoldedTrunk layers, Tensor pictures)
    {
        var states = layers.Forward(pictures.to_type(StemType));
        return config.HasColours ? ChannelsLast.Of(cat([states, ColourShares.Of(pictures, Normalization, (int)states.shape[2]).to_type(StemType)], 1)) : states;
    }

    /// <summary>The kept top's view of the states that it begins from, without gradient. [B, C, h, w] -> [B, d, h, w] float32</summary>
    private Tensor Keep(Tensor states)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return (folded ?? FoldFrozen()).Keep(states.detach().to_type(StemType)).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Several threads may find it missing at once; the first one's is kept.</summary>
    private FoldedTrunk FoldFrozen()
    {
        var (below, lastPart) = (Math.Min(TrainingFrom, config.KeptFrom ?? TrainingFrom), TrainingFrom > BlockCount ? head.Fold(StemType) : null);
        var hasTuned = config.KeptFrom < TrainingFrom;
        var made = new FoldedTrunk(
            new FoldedStack(stem.Fold(StemType), [.. blocks.Take(below).Select(b => b.Fold(StemType))], hasTuned ? null : lastPart),
            hasTuned ? new FoldedStack(null, [.. blocks.Take(TrainingFrom).Skip(below).Select(b => b.Fold(StemType))], lastPart) : null,
            kept?.Fold(StemType));
        var first = Interlocked.CompareExchange(ref folded, made, null);
        if (first is null)
        {
            return made;
        }

        made.Dispose();
        return first;
    }

    /// <summary>A frozen, folded copy of the blocks from the cut on and the head convolution.</summary>
    internal FoldedStack FoldTop(ScalarType type) =>
        new(null, [.. blocks.Skip(TrainingFrom).Select(b => b.Fold(type))], head.Fold(type));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            WeightsChanged();
        }

        base.Dispose(disposing);
    }
}
