using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Growth;

/// <summary>
/// Adds features to a tower in closed form. Those that it had stay as they are and keep their numbers; the new ones follow. The image side stays linear in the patches, so heat maps stay exact.
/// </summary>
internal static class GrownTower
{
    /// <summary>Makes the tower.</summary>
    /// <param name="old">The tower; it stays as it is and the caller's.</param>
    /// <param name="config">What else is to be in the grown one's configuration; its sizes are filled in.</param>
    /// <param name="trunk">A trunk whose states begin with the old one's; owned by the tower from now on.</param>
    /// <param name="images">What the new features read of pictures.</param>
    /// <param name="texts">What they read of texts.</param>
    public static SparseClipModel Of(SparseClipModel old, SparseClipConfig config, EfficientNetLite trunk, ImageFeatures images, MeaningMap texts)
    {
        var (dimension, width) = (old.Config.Dimension, old.Config.Text.Width);
        var grown = new SparseClipModel(
            config with
            {
                Dimension = dimension + (int)images.Bias.shape[0],
                Trunk = trunk.Config,
                TrainedFromBlock = trunk.TrainingFrom,
                Text = old.Config.Text with { Width = width + (int)texts.Read.shape[0] },
            },
            trunk);
        Grow(grown.image_head, old.image_head, images.Mean, images.Variance, images.Weight, images.Bias);
        var ones = torch.ones(texts.Read.shape[0]);
        Grow(grown.text_head.head, old.text_head.head, zeros_like(ones), ones, cat([zeros(texts.Weight.shape[0], width), texts.Weight], 1), texts.Bias);
        var (own, before) = (grown.text_head, old.text_head);
        Copy(before.norm, own.norm);
        Copy(before.widen, own.widen);
        var inputs = before.skip.weight!.shape[1];
        own.skip.weight!.copy_(cat([before.skip.weight, texts.Read[.., ..(int)inputs]]));
        own.narrow.weight!.copy_(cat([before.narrow.weight!, texts.Read[.., (int)inputs..]]));
        own.narrow.bias!.copy_(cat([before.narrow.bias!, zeros(texts.Read.shape[0])]));
        Copy(old.scale, grown.scale);
        grown.eval();
        return grown;
    }

    /// <summary>The old features read what they read, and nothing of what is new.</summary>
    private static void Grow(SparseHead head, SparseHead old, Tensor mean, Tensor variance, Tensor weight, Tensor bias)
    {
        head.norm.running_mean.copy_(cat([old.norm.running_mean, mean]));
        head.norm.running_var.copy_(cat([old.norm.running_var, variance]));
        head.weight.zero_();
        head.weight[..(int)old.Dimension, ..(int)old.Width] = old.weight;
        head.bias[..(int)old.Dimension] = old.bias;
        head.Replace(Scalars.Range(old.Dimension, head.Dimension), weight, bias);
    }

    private static void Copy(nn.Module from, nn.Module to)
    {
        var values = from.state_dict();
        foreach (var (name, target) in to.state_dict())
        {
            target.copy_(values[name]);
        }
    }
}

/// <summary>The image side of K new features as one affine map of a grown trunk's states: activation = ReLU(W h + b).</summary>
/// <param name="Mean">The mean over pictures of each of the n values that its states have beside those of the old trunk. [n]</param>
/// <param name="Variance">The variance of each. [n]</param>
/// <param name="Weight">W [K, old width + n]</param>
/// <param name="Bias">b [K]</param>
internal sealed record ImageFeatures(Tensor Mean, Tensor Variance, Tensor Weight, Tensor Bias);
