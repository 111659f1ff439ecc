using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>The unit codes of a step.</summary>
/// <param name="Images">[B, D]</param>
/// <param name="Captions">[captioned, D]</param>
/// <param name="Scale">[] the logit scale, with gradient.</param>
/// <param name="AllTexts">[texts, D]</param>
/// <param name="Texts">Says which text is where.</param>
internal sealed record ClipUnits(Tensor Images, Tensor Captions, Tensor Scale, Tensor AllTexts, ClipTexts Texts)
{
    /// <summary>The captioned pictures. [captioned, D]</summary>
    public Tensor Captioned => Images[..(int)Captions.shape[0]];

    /// <summary>The codes of texts that a loss asked for. [N, D]</summary>
    public Tensor this[TextRows rows] => AllTexts[Texts[rows]];
}
