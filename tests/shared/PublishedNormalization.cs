using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>The constants that published models normalise pictures by.</summary>
internal static class PublishedNormalization
{
    /// <summary>EfficientNet-Lite's: -1 .. 1, nearly.</summary>
    public static PixelNormalization EfficientNetLite { get; } = new([127f, 127f, 127f], [128f, 128f, 128f]);

    /// <summary>CLIP's (Radford et al. 2021).</summary>
    public static PixelNormalization Clip { get; } =
        PixelNormalization.FromUnit([0.48145466f, 0.4578275f, 0.40821073f], [0.26862954f, 0.26130258f, 0.27577711f]);
}
