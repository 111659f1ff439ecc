using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling.Losses;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>The weighted cross-entropy of naming a picture's things among all labels of the batch.</summary>
/// <param name="weight">Above 0.</param>
internal sealed class NamingTerm(double weight) : IClipLoss
{
    /// <inheritdoc />
    public string Name => "naming";

    /// <inheritdoc />
    public Func<ClipUnits, Tensor>? Prepare(ClipBatch batch, Tensor? teacherLogits, ClipTexts texts, Random random)
    {
        var labels = texts.Labels;
        var own = LabelPlaces.Of(batch.Items.Take(batch.CaptionedCount).Select(item => item.Things), batch.Labels);
        return units => NamingLoss.Compute(units.Captioned, units[labels], own, units.Scale).Times(weight);
    }
}
