namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>What is refused before a picture is decoded.</summary>
/// <param name="MaximumBytes">Size of the file in bytes.</param>
/// <param name="MaximumPixels">Width x height as the header states it.</param>
public sealed record PictureLimits(long MaximumBytes = 20L << 20, long MaximumPixels = 50_000_000)
{
    /// <summary>20 MiB and 50 megapixels.</summary>
    public static PictureLimits Default { get; } = new();
}
