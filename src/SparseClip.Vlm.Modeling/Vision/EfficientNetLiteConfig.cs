using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>Shape of an EfficientNet-Lite (Tan and Le 2019 without squeeze-and-excite, ReLU6), as its config.json writes it.</summary>
/// <param name="Architecture">Name such as `efficientnet-lite0`.</param>
/// <param name="Input">Input range and size.</param>
/// <param name="Stem">First convolution.</param>
/// <param name="Activation">`relu6`.</param>
/// <param name="Norm">Batch normalisation.</param>
/// <param name="Padding">How strided convolutions are padded, in words; one kind is known, TensorFlow's SAME of even sizes at every size.</param>
/// <param name="Blocks">Inverted bottlenecks, in order.</param>
/// <param name="Head">Last convolution (1x1).</param>
/// <param name="Classes">Outputs of the classifier that the weights came with.</param>
/// <param name="KeptFrom">
/// From this block on the network stands twice over the same states: once to be tuned and once as it was published, kept frozen; a patch state is both of them, the
/// tuned one first. Null for a network that stands once.
/// </param>
/// <param name="HasColours">Whether a patch state ends in the shares of the patch's pixels that have each basic colour. Such a network is not trained.</param>
public sealed record EfficientNetLiteConfig(
    string Architecture,
    EfficientNetLiteConfig.InputSpec Input,
    EfficientNetLiteConfig.StemSpec Stem,
    string Activation,
    EfficientNetLiteConfig.NormSpec Norm,
    string Padding,
    IReadOnlyList<EfficientNetLiteConfig.BlockSpec> Blocks,
    EfficientNetLiteConfig.HeadSpec Head,
    int Classes,
    int? KeptFrom = null,
    bool HasColours = false) : IVisionTrunkConfig
{
    /// <param name="Colour">`RGB`.</param>
    /// <param name="Range">`0..255`.</param>
    /// <param name="Mean">Subtracted from each value.</param>
    /// <param name="Std">Divided by.</param>
    /// <param name="TrainedSize">Pixels a side that the published weights were trained at.</param>
    public sealed record InputSpec(string Colour, string Range, float Mean, float Std, int TrainedSize);

    /// <param name="Kernel">Pixels a side of the first convolution.</param>
    /// <param name="Stride">Its stride.</param>
    /// <param name="Out">Channels out.</param>
    public sealed record StemSpec(int Kernel, int Stride, int Out);

    /// <param name="Kind">`batch`.</param>
    /// <param name="Eps">Added to the variance.</param>
    public sealed record NormSpec(string Kind, double Eps);

    /// <param name="Kernel">3 or 5.</param>
    /// <param name="Stride">1 or 2.</param>
    /// <param name="Expand">Hidden width = Expand x In; 1: no expansion convolution.</param>
    /// <param name="In">Channels in.</param>
    /// <param name="Out">Channels out.</param>
    /// <param name="Skip">Whether the input is added to the output.</param>
    public sealed record BlockSpec(int Kernel, int Stride, int Expand, int In, int Out, bool Skip);

    /// <param name="Out">Channels out, the width of the pooled state.</param>
    public sealed record HeadSpec(int Out);

    /// <summary>(v - mean) / std, the same for the three channels.</summary>
    public PixelNormalization Normalization => new([Input.Mean, Input.Mean, Input.Mean], [Input.Std, Input.Std, Input.Std]);

    /// <summary>Reads and checks a config.json.</summary>
    /// <exception cref="ConfigurationException">The file is missing, not such a configuration, or contradicts itself.</exception>
    public static EfficientNetLiteConfig Load(string path)
    {
        var config = ConfigFile.Load<EfficientNetLiteConfig>(path);
        return config.Problem() is { } problem ? throw new ConfigurationException($"Model configuration '{path}': {problem}.") : config;
    }

    /// <inheritdoc />
    public string? SizeProblem(int imageSize) => imageSize < 32 ? $"pictures of {imageSize} pixels a side are too small; 32 is the least" : null;

    /// <inheritdoc />
    public IVisionTrunkConfig ForSize(int imageSize) => this; // nothing in it depends on the size

    /// <inheritdoc />
    public IVisionTrunk Create(int imageSize) => new EfficientNetLite(this, imageSize);

    /// <inheritdoc />
    public string? Problem()
    {
        var problem =
            Activation != "relu6" ? $"activation '{Activation}' is unknown (relu6 is known)"
            : Norm.Kind != "batch" ? $"norm kind '{Norm.Kind}' is unknown (batch is known)"
            : Input.Colour != "RGB" || Input.Range != "0..255" ? "the input must be RGB in 0..255"
            : Normalization.Problem() is { } normalization ? normalization
            : Blocks.Count == 0 ? "it has no blocks"
            : Blocks[0].In != Stem.Out ? $"block 0 takes {Blocks[0].In} channels but the stem gives {Stem.Out}"
            : null;
        for (var i = 0; i < Blocks.Count && problem is null; i++)
        {
            var block = Blocks[i];
            problem =
                i > 0 && block.In != Blocks[i - 1].Out ? $"block {i} takes {block.In} channels but block {i - 1} gives {Blocks[i - 1].Out}"
                : block.Kernel is not (3 or 5) || block.Stride is not (1 or 2) || block.Expand < 1 ? $"block {i} needs kernel 3 or 5, stride 1 or 2 and expand of at least 1"
                : block.Skip && (block.Stride != 1 || block.In != block.Out) ? $"block {i} cannot add its input to an output of another shape"
                : null;
        }

        return problem ?? KeptProblem();
    }

    /// <summary>The tuned and the kept blocks have to end in one grid, whatever the cut.</summary>
    private string? KeptProblem() =>
        KeptFrom is not { } from ? null
        : from < 1 || from >= Blocks.Count ? $"kept_from is {from}: give a block from 1 to {Blocks.Count - 1}, or null"
        : Blocks.Skip(from).Any(block => block.Stride != 1) ? $"kept_from is {from}: a block from there on has a stride of 2; give a later one"
        : null;
}
