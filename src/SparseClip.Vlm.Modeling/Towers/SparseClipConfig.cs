using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Towers;

/// <summary>The shape of a Sparse CLIP: everything that is needed to build it before its weights are read.</summary>
/// <param name="Dimension">D, the number of features.</param>
/// <param name="ImageSize">The side of the square input in pixels.</param>
/// <param name="Trunk">The vision trunk, of any kind.</param>
/// <param name="TrainedFromBlock">The trunk's first block that was trained: the frozen ones below compute in the machine's fastest type, the others in float32.</param>
/// <param name="Text">The text side.</param>
/// <param name="HeadBias">The start of the sparse heads' biases.</param>
/// <param name="Activation">What follows the final projections; none makes it a dense CLIP.</param>
/// <param name="Attributes">The features that are colours and numbers; null where there are none.</param>
public sealed record SparseClipConfig(
    int Dimension, int ImageSize, IVisionTrunkConfig Trunk, int TrainedFromBlock, TextTowerConfig Text, float HeadBias,
    HeadActivation Activation = HeadActivation.Relu, AttributeFeatures? Attributes = null)
{
    /// <summary>The key of the safetensors header under which the configuration is kept as JSON.</summary>
    public const string MetadataKey = "sparse_clip_config";

    /// <summary>Whether two models differ in their trunks and sizes of pictures at most, so that one's heads and text side fit the other.</summary>
    public bool HasHeadsOf(SparseClipConfig other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Dimension, Activation, Text.StateWidth, Text.Hidden, Text.Width) == (other.Dimension, other.Activation, other.Text.StateWidth, other.Text.Hidden, other.Text.Width)
            && Text.Layers.SequenceEqual(other.Text.Layers);
    }

    /// <summary>Reads the configuration in a weight file's header.</summary>
    /// <exception cref="CheckpointException">The file is no Sparse CLIP, or its configuration contradicts itself.</exception>
    public static SparseClipConfig Read(SafetensorsFile file)
    {
        return HeaderConfig.Read<SparseClipConfig>(
            file,
            MetadataKey,
            "Give the tower.safetensors that 'sparseclip train clip' wrote",
            config => config.Trunk.Problem() ?? config.Trunk.SizeProblem(config.ImageSize) ?? config.Attributes?.Problem(config.Dimension));
    }
}

/// <summary>The shape of the text side.</summary>
/// <param name="Layers">The states taken from the frozen language model: 0 is the token embedding, n the state after layer n. Their means over the tokens are concatenated.</param>
/// <param name="StateWidth">The language model's embedding size.</param>
/// <param name="Hidden">The width of the perceptron's hidden layer.</param>
/// <param name="Width">The width of what enters the sparse head.</param>
/// <param name="Dropout">The share of hidden values dropped in training.</param>
public sealed record TextTowerConfig(IReadOnlyList<int> Layers, int StateWidth, int Hidden, int Width, double Dropout)
{
    /// <summary>Which value cannot be, and what to give; null if all can.</summary>
    /// <param name="name">What stands before the values' names.</param>
    public string? Problem(string name) => Rule.First(
        Layers.Count > 0 && Layers.All(layer => layer >= 0) && Layers.Zip(Layers.Skip(1)).All(pair => pair.First < pair.Second)
            ? null
            : $"{name}.layers is [{string.Join(", ", Layers)}]: give one or more layers, ascending, 0 for the token embedding",
        Rule.AtLeast($"{name}.state_width", StateWidth, 1),
        Rule.AtLeast($"{name}.hidden", Hidden, 1),
        Rule.AtLeast($"{name}.width", Width, 1),
        Dropout is >= 0 and < 1 ? null : Rule.Wrong($"{name}.dropout", Dropout, "0 or more, below 1"));

    /// <summary>Why the states of a language model cannot be read; null if they can.</summary>
    /// <param name="states">Those of <see cref="Layers"/>.</param>
    public string? Problem(IFrozenTextStates states) => states.Width == StateWidth * Layers.Count
        ? null
        : $"it reads states of {StateWidth} values (state_width), the language model's have {states.Width / Layers.Count}";
}
