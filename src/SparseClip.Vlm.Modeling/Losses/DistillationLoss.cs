using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Losses;

/// <summary>
/// Brings what a classifier knows into the shared space of pictures and texts: over the names of some of its classes, the softmax of
/// scaled cosines has to agree with the softmax of the classifier's logits (Hinton et al. 2015, with the text tower as the class
/// weights). No picture of those classes is needed.
/// </summary>
public static class DistillationLoss
{
    /// <summary>Weighted mean over the rows of KL(softmax(teacher) || softmax(scale * cosines)).</summary>
    /// <param name="teacher">[B, C] logits of the C classes chosen, without gradient.</param>
    /// <param name="image">[B, D], unit length.</param>
    /// <param name="classText">[C, D] codes of the class names, unit length, in the order of the teacher's columns.</param>
    /// <param name="scale">Scalar factor on the cosines.</param>
    /// <param name="weights">[B] weights of the rows, 0 or more (1 for photographs, 0.1 for icons); null: all 1. The sum of the weighted rows is divided by B, so small weights mean a small loss.</param>
    /// <param name="temperature">Divides the teacher's logits; 1 takes them as they are.</param>
    /// <returns>Scalar in nats, 0 or more.</returns>
    public static Tensor Compute(Tensor teacher, Tensor image, Tensor classText, Tensor scale, Tensor? weights = null, double temperature = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (teacher.dim() != 2 || teacher.shape[0] != image.shape[0] || teacher.shape[1] != classText.shape[0])
        {
            throw new ArgumentException(
                $"Teacher logits [{string.Join(", ", teacher.shape)}] do not belong to {image.shape[0]} pictures and {classText.shape[0]} class names.", nameof(teacher));
        }

        using var scope = NewDisposeScope();
        var target = teacher.detach().Over(temperature).log_softmax(1); // [B, C]
        var student = (scale * image.matmul(classText.t())).log_softmax(1); // [B, C]
        var rows = (target.exp() * (target - student)).sum(1); // [B]
        return (weights is null ? rows.mean() : (rows * weights).mean()).MoveToOuterDisposeScope();
    }
}
