namespace SparseClip.Vlm.Contracts.Images;

/// <summary>What holds for the pictures of every server; each has a lower limit of its own, which it tells when it refuses a picture.</summary>
public static class ImageLimits
{
    /// <summary>The most bytes that a server can be set to take of one picture file.</summary>
    public const int MostBytes = 200 * 1024 * 1024;
}
