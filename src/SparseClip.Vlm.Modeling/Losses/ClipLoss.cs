using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Losses;

/// <summary>
/// CLIP's symmetric cross-entropy (Radford et al. 2021, figure 3), which Sparse CLIP keeps as it is: in a batch of B pairs each
/// picture has to find its text among B, and each text its picture.
/// </summary>
public static class ClipLoss
{
    /// <summary>Mean of the two cross-entropies.</summary>
    /// <param name="image">[B, D], unit length.</param>
    /// <param name="text">[B, D], unit length; row i belongs to picture i and to no other.</param>
    /// <param name="scale">Scalar factor on the cosines, see <see cref="LogitScale.Factor"/>.</param>
    /// <returns>Scalar in nats; ln B for random codes.</returns>
    public static Tensor Compute(Tensor image, Tensor text, Tensor scale)
    {
        if (image.dim() != 2 || !image.shape.SequenceEqual(text.shape))
        {
            throw new ArgumentException($"Pictures [{string.Join(", ", image.shape)}] and texts [{string.Join(", ", text.shape)}] must be equally many codes of one width.", nameof(text));
        }

        using var scope = NewDisposeScope();
        var logits = scale * image.matmul(text.t()); // [B, B], pictures down
        var targets = Scalars.Range(image.shape[0], device: image.device);
        var loss = nn.functional.cross_entropy(logits, targets).Plus(nn.functional.cross_entropy(logits.t(), targets)).Over(2);
        return loss.MoveToOuterDisposeScope();
    }
}
