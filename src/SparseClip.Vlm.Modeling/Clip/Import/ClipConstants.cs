namespace SparseClip.Vlm.Modeling.Clip.Import;

/// <summary>The normalisation of CLIP (Radford et al. 2021) for values of 0..1, the default of both libraries.</summary>
internal static class ClipConstants
{
    public static IReadOnlyList<float> Mean { get; } = [0.48145466f, 0.4578275f, 0.40821073f];

    public static IReadOnlyList<float> Std { get; } = [0.26862954f, 0.26130258f, 0.27577711f];
}
