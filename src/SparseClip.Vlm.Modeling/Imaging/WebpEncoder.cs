using NetVips;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>Writes small pictures as WebP. Thread-safe.</summary>
public static class WebpEncoder
{
    /// <summary>The file of a picture.</summary>
    /// <param name="pixels">[side, side, 3] sRGB bytes.</param>
    /// <param name="side">The side in pixels.</param>
    /// <param name="quality">0 (smallest) to 100.</param>
    public static byte[] Encode(byte[] pixels, int side, int quality)
    {
        using var image = Image.NewFromMemory(pixels, side, side, 3, Enums.BandFormat.Uchar);
        return image.WebpsaveBuffer(q: quality, effort: 6, keep: Enums.ForeignKeep.None);
    }
}
