namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>How much icons are changed.</summary>
/// <param name="LeastScale">Longer side of the smallest icon in shares of the picture; the largest fills it.</param>
/// <param name="Jitter">Strength of the colour jitter; 1 is the usual spread.</param>
/// <param name="OutlineChance">Probability of a line drawing.</param>
/// <param name="RotationChance">Probability of a small rotation.</param>
/// <param name="Backdrops">How often each kind of background.</param>
public sealed record IconAugmentation(float LeastScale, float Jitter, double OutlineChance, double RotationChance, BackdropMix Backdrops)
{
    /// <summary>For contrastive training.</summary>
    public static IconAugmentation Full { get; } = new(0.55f, 1, 0.35, 0.5, BackdropMix.Icons);

    /// <summary>For training on top of a finished tower.</summary>
    public static IconAugmentation Light { get; } = new(0.7f, 0.4f, 0.12, 0.15, new BackdropMix(0.55, 0.2, 0.1, 0.03, 0.12));
}
