using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Losses;

/// <summary>
/// Each picture has to name everything in it: the softmax of scaled cosines with the codes of many labels against a target that is shared out evenly over
/// the picture's own labels (the k-hot softmax of Mahajan et al. 2018, section 2.2, with the text tower as the class weights). Where a picture shows two
/// things, its code has to lie near both names, which a caption of both does not ask for.
/// </summary>
public static class NamingLoss
{
    /// <summary>Mean over the pictures of the cross-entropy, less the entropy of the target: 0 where every code names its things and nothing else.</summary>
    /// <param name="image">[B, D], unit length.</param>
    /// <param name="labels">[L, D] codes of the labels, unit length.</param>
    /// <param name="own">The labels of each picture as rows of <paramref name="labels"/>; one or more, each once.</param>
    /// <param name="scale">Scalar factor on the cosines.</param>
    /// <returns>Scalar in nats, 0 or more.</returns>
    public static Tensor Compute(Tensor image, Tensor labels, IReadOnlyList<IReadOnlyList<int>> own, Tensor scale)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (image.dim() != 2 || labels.dim() != 2 || image.shape[1] != labels.shape[1] || image.shape[0] != own.Count)
        {
            throw new ArgumentException(
                $"Pictures [{string.Join(", ", image.shape)}], labels [{string.Join(", ", labels.shape)}] and {own.Count} lists of labels do not belong together.", nameof(own));
        }

        using var scope = NewDisposeScope();
        var (target, entropy) = Target(own, (int)labels.shape[0]);
        var logits = (scale * image.matmul(labels.t())).log_softmax(1); // [B, L]
        return (-(target * logits).sum(1).mean()).Minus(entropy).MoveToOuterDisposeScope();
    }

    /// <summary>[B, L] with rows of sum 1, and the mean entropy of its rows.</summary>
    private static (Tensor Target, double Entropy) Target(IReadOnlyList<IReadOnlyList<int>> own, int labels)
    {
        var target = new float[own.Count * labels];
        var entropy = 0.0;
        for (var picture = 0; picture < own.Count; picture++)
        {
            if (own[picture].Count == 0)
            {
                throw new ArgumentException($"Picture {picture} has no label.", nameof(own));
            }

            foreach (var label in own[picture])
            {
                target[(picture * labels) + label] = 1f / own[picture].Count;
            }

            entropy += Math.Log(own[picture].Count);
        }

        return (tensor(target, [own.Count, labels]), entropy / own.Count);
    }
}
