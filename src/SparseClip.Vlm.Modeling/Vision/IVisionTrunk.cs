using SparseClip.Vlm.Modeling.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>
/// The part of the vision tower that turns pictures into patch states. It is cut at one block: below the cut
/// (<see cref="Stem"/>) it is frozen and runs without gradient in the fastest type of the machine; above it
/// (<see cref="Top"/>) it is trained, in float32 but for <see cref="TrainedProducts"/>. <c>Top(Stem(x))</c> is the whole trunk.
/// </summary>
/// <remarks>
/// Not thread-safe while weights, the cut or the mode change; forward passes in evaluation mode may run on several threads once
/// one of them has finished. Callers own the returned tensors. Implementations are modules: dispose the module.
/// </remarks>
public interface IVisionTrunk
{
    /// <summary>This trunk as a module, to be registered in a model, moved, saved and loaded. Its parameter names are checkpoint keys.</summary>
    nn.Module Module { get; }

    /// <summary>The shape it was built with.</summary>
    IVisionTrunkConfig Config { get; }

    /// <summary>Side of the square input in pixels that the trunk is meant for.</summary>
    int ImageSize { get; }

    /// <summary>Width d of a patch state.</summary>
    int Width { get; }

    /// <summary>Number of blocks that <see cref="SetTrainingFrom"/> counts.</summary>
    int BlockCount { get; }

    /// <summary>First trained block; 0: everything is trained; <see cref="BlockCount"/> + 1: nothing is.</summary>
    int TrainingFrom { get; }

    /// <summary>What has to be done to 0..255 RGB values before they enter <see cref="Stem"/>.</summary>
    PixelNormalization Normalization { get; }

    /// <summary>
    /// The type of the trained part's large products while it trains (the module's training mode); float32 at the start. Weights, normalisation, sums
    /// and results stay float32, and in evaluation mode everything of that part is.
    /// </summary>
    ScalarType TrainedProducts { set; }

    /// <summary>Patches along one side for a square input of <paramref name="size"/> pixels; T = GridSide².</summary>
    int GridSide(int size);

    /// <summary>The frozen low part, never with gradient. With <see cref="TrainingFrom"/> 0 it returns a view of its input.</summary>
    /// <param name="pictures">[B, 3, S, S] float32, normalised by <see cref="Normalization"/>.</param>
    /// <returns>States at the cut, in the low part's own type and layout; meant for <see cref="Top"/> only.</returns>
    Tensor Stem(Tensor pictures);

    /// <summary>The trained top part, in float32.</summary>
    /// <param name="states">What <see cref="Stem"/> returned (any batch slice or concatenation of it).</param>
    /// <returns>Patch states [B, T, d], patches in row-major order.</returns>
    Tensor Top(Tensor states);

    /// <summary>The whole trunk.</summary>
    /// <param name="pictures">As <see cref="Stem"/> takes them.</param>
    /// <returns>As <see cref="Top"/> gives them.</returns>
    Tensor forward(Tensor pictures);

    /// <summary>
    /// Cuts the trunk below <paramref name="block"/>: parameters below no longer require gradients and their normalisation is
    /// folded into the convolutions; those from it on (and what follows the last block) do.
    /// </summary>
    /// <param name="block">0..<see cref="BlockCount"/> + 1.</param>
    void SetTrainingFrom(int block);

    /// <summary>Must be called after weights of the low part were changed from outside, such as by loading a checkpoint.</summary>
    void WeightsChanged();
}
