using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling.Losses;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>CLIP's symmetric cross-entropy of pictures and captions.</summary>
internal sealed class ContrastiveTerm : IClipLoss
{
    /// <inheritdoc />
    public string Name => "contrastive";

    /// <inheritdoc />
    public Func<ClipUnits, Tensor>? Prepare(ClipBatch batch, Tensor? teacherLogits, ClipTexts texts, Random random) =>
        units => ClipLoss.Compute(units.Captioned, units.Captions, units.Scale);
}
