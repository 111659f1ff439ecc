using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Towers;

/// <summary>The shape of a Sparse CLIP: everything that is needed to build it before its weights are read.</summary>
/// <param name="Dimension">D, the number of features.</param>
/// <param name="ImageSize">The side of the square input in pixels.</param>
/// <param name="Trunk">The vision trunk.</param>
/// <param name="TrainedFromBlock">The trunk's first block that was trained: the frozen ones below compute in the machine's fastest type, the others in float32.</param>
/// <param name="Text">The text side.</param>
/// <param name="HeadBias">The start of the sparse heads' biases.</param>
/// <param name="Activation">What follows the final projections; none makes it a dense CLIP.</param>
public sealed record SparseClipConfig(
    int Dimension, int ImageSize, EfficientNetLiteConfig Trunk, int TrainedFromBlock, TextTowerConfig Text, float HeadBias,
    HeadActivation Activation = HeadActivation.Relu)
{
    /// <summary>The key of the safetensors header under which the configuration is kept as JSON.</summary>
    public const string MetadataKey = "sparse_clip_config";
}

/// <summary>The shape of the text side.</summary>
/// <param name="Layers">The states taken from the frozen language model: 0 is the token embedding, n the state after layer n. Their means over the tokens are concatenated.</param>
/// <param name="StateWidth">The language model's embedding size.</param>
/// <param name="Hidden">The width of the perceptron's hidden layer.</param>
/// <param name="Width">The width of what enters the sparse head.</param>
/// <param name="Dropout">The share of hidden values dropped in training.</param>
public sealed record TextTowerConfig(IReadOnlyList<int> Layers, int StateWidth, int Hidden, int Width, double Dropout);
