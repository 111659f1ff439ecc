using NetVips;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Small copies of pictures for the report.</summary>
internal static class Thumbnails
{
    /// <summary>[B, S, S, 3] bytes -> [B, 56, 56, 3]</summary>
    public static Tensor Of(byte[] pixels, int count, int size)
    {
        const int side = StudySet.ThumbnailSize;
        var small = empty([count, side, side, 3], ScalarType.Byte);
        var target = small.bytes;
        var perPicture = size * size * 3;
        for (var i = 0; i < count; i++)
        {
            using var image = Image.NewFromMemory(pixels[(i * perPicture)..((i + 1) * perPicture)], size, size, 3, Enums.BandFormat.Uchar);
            using var resized = image.ThumbnailImage(side, height: side, size: Enums.Size.Force);
            resized.WriteToMemory<byte>().AsSpan(0, side * side * 3).CopyTo(target.Slice(i * side * side * 3));
        }

        return small;
    }

    /// <summary>A PNG of one small copy. [56, 56, 3]</summary>
    public static byte[] Png(Tensor thumbnail)
    {
        const int side = StudySet.ThumbnailSize;
        using var whole = thumbnail.contiguous();
        using var image = Image.NewFromMemory(whole.bytes.ToArray(), side, side, 3, Enums.BandFormat.Uchar);
        return image.PngsaveBuffer(compression: 9);
    }
}
