using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling.Losses;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>The weighted cross-entropy of a word finding the labels that it can be said of, from text to text.</summary>
/// <param name="weight">Above 0.</param>
internal sealed class WordTerm(double weight) : IClipLoss
{
    /// <inheritdoc />
    public string Name => "words";

    /// <inheritdoc />
    public Func<ClipUnits, Tensor>? Prepare(ClipBatch batch, Tensor? teacherLogits, ClipTexts texts, Random random)
    {
        if (batch.Words.Count == 0)
        {
            return null;
        }

        var template = PromptTemplates.ZeroShot[random.Next(PromptTemplates.ZeroShot.Count)];
        var labels = texts.Labels;
        var words = texts.Add(batch.Words.Select(word => PromptTemplates.Fill(template, word.Word)));
        var own = LabelPlaces.Of(batch.Words.Select(word => word.Labels), batch.Labels);
        return units => NamingLoss.Compute(units[words], units[labels], own, units.Scale).Times(weight);
    }
}
