using SparseClip.Vlm.Data.Loading;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>A term of a tower's loss. A new one is a class here and a line in <see cref="ClipLosses"/>.</summary>
internal interface IClipLoss
{
    /// <summary>What people call it.</summary>
    string Name { get; }

    /// <summary>Says which texts it needs of a batch, before all go through the text head at once, so that the head's batch statistics see them alike.</summary>
    /// <param name="batch">Pictures with captions first, extras last.</param>
    /// <param name="teacherLogits">[B, all classes] without gradient; null without a teacher.</param>
    /// <param name="texts">Takes the texts.</param>
    /// <param name="random">Source of every choice.</param>
    /// <returns>Computes the weighted term [] from the codes; null where the batch has none.</returns>
    Func<ClipUnits, Tensor>? Prepare(ClipBatch batch, Tensor? teacherLogits, ClipTexts texts, Random random);
}
