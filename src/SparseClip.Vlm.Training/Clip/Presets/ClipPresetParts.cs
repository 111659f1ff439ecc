using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Training.Clip.Presets;

/// <summary>How often a feature may be active in the codes of icons and scenes, or of their captions; see <see cref="FeatureBalance"/>.</summary>
/// <param name="Least">Features that are active in a smaller share of the codes are raised, 0..1.</param>
/// <param name="Most">Those active in a larger share are lowered; at least <paramref name="Least"/>, at most 1.</param>
/// <param name="Rate">The step of a bias, in units of a pre-activation, at the highest learning rate; above 0.</param>
/// <param name="From">The share of the training at which it begins, 0..1.</param>
/// <param name="Photographs">Whether photographs count too. A feature is then held by the kind of picture in which it is active more often, so that it may belong to one kind alone.</param>
/// <param name="Follow">
/// Of the texts: how close a feature's share in captions has to be to its share in pictures, above 0..1 (0.5 for between half and double of it), within <paramref name="Least"/> and
/// <paramref name="Most"/>; null for the bounds alone.
/// </param>
public sealed record ClipBalanceOptions(double Least, double Most, double Rate, double From, bool Photographs = false, double? Follow = null)
{
    internal string? Problem(string name) => Rule.First(
        Rule.Within($"{name}.least", Least, 0, 1),
        Rule.Within($"{name}.most", Most, Least, 1),
        Rule.Above($"{name}.rate", Rate, 0),
        Rule.Within($"{name}.from", From, 0, 1),
        Follow is { } follow ? Rule.AboveUpTo($"{name}.follow", follow, 0, 1) : null);
}

/// <summary>The term that has a word's code lie near the codes of the labels that it can be said of.</summary>
/// <param name="Count">The most words a step; 1 or more.</param>
/// <param name="Weight">The weight of the term; above 0.</param>
public sealed record ClipWordOptions(int Count, double Weight)
{
    internal string? Problem(string name) => Rule.First(Rule.AtLeast($"{name}.count", Count, 1), Rule.Above($"{name}.weight", Weight, 0));
}

/// <summary>Progressive resizing (Howard and Gugger 2020; Touvron et al. 2019): small pictures first, because a step with them is several times as fast.</summary>
/// <param name="ImageSize">The side of the square input in pixels, 32..512, and what the trunk takes.</param>
/// <param name="Share">The share of the training, 0..1.</param>
public sealed record ClipFirstPart(int ImageSize, double Share)
{
    internal string? Problem(string name) => Rule.First(Rule.Within($"{name}.image_size", ImageSize, 32, 512), Rule.Within($"{name}.share", Share, 0, 1));
}

/// <summary>How many pictures of each kind a batch has; each 0 or more, and 2 or more with a caption.</summary>
/// <param name="Icons">Single icons with a caption.</param>
/// <param name="Scenes">Scenes of several icons with a caption.</param>
/// <param name="Photographs">Photographs with a caption.</param>
/// <param name="Extras">Further crops and mixtures of photographs, for the distillation alone.</param>
public sealed record ClipBatchComposition(int Icons, int Scenes, int Photographs, int Extras)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.icons", Icons, 0),
        Rule.AtLeast($"{name}.scenes", Scenes, 0),
        Rule.AtLeast($"{name}.photographs", Photographs, 0),
        Rule.AtLeast($"{name}.extras", Extras, 0),
        Rule.AtLeast($"the sum of {name}.icons, scenes and photographs", Icons + Scenes + Photographs, 2));
}

/// <summary>The distillation of the teacher's classes into the shared space.</summary>
/// <param name="Classes">How many class names take part in a step; 1 or more.</param>
/// <param name="TeacherTop">How many of the teacher's best classes of every photograph are among them; 1 or more.</param>
/// <param name="PhotographWeight">The weight of the term on photographs and extras; 0 or more.</param>
/// <param name="IconWeight">The weight on icons and scenes; 0 or more.</param>
public sealed record DistillationOptions(int Classes, int TeacherTop, double PhotographWeight, double IconWeight)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.classes", Classes, 1),
        Rule.Within($"{name}.teacher_top", TeacherTop, 1, Classes),
        Rule.AtLeast($"{name}.photograph_weight", PhotographWeight, 0),
        Rule.AtLeast($"{name}.icon_weight", IconWeight, 0));
}

/// <summary>AdamW with a cosine schedule.</summary>
/// <param name="HeadRate">The highest learning rate of the heads and of the text side; 0 or more.</param>
/// <param name="TrunkRate">The highest learning rate of the trunk's trained blocks; 0 or more.</param>
/// <param name="WeightDecay">On matrices and convolutions, 0 or more; vectors have none.</param>
/// <param name="WarmupSteps">Steps over which the rates rise from zero; 0 or more.</param>
/// <param name="ClipNorm">The largest norm of the gradient; above 0.</param>
public sealed record ClipOptimizerOptions(double HeadRate, double TrunkRate, double WeightDecay, int WarmupSteps, double ClipNorm)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.head_rate", HeadRate, 0),
        Rule.AtLeast($"{name}.trunk_rate", TrunkRate, 0),
        Rule.AtLeast($"{name}.weight_decay", WeightDecay, 0),
        Rule.AtLeast($"{name}.warmup_steps", WarmupSteps, 0),
        Rule.Above($"{name}.clip_norm", ClipNorm, 0));
}
