using System.Buffers.Binary;

namespace SparseClip.Vlm.Formats.Pictures;

/// <summary>
/// Files of ISO media boxes (ISO/IEC 14496-12): AVIF, HEIC, Canon's raw files and video begin alike and are told apart by the brands of their first box.
/// </summary>
internal static class IsoMediaHead
{
    public static PictureFormat? Tell(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12)
        {
            return null;
        }

        if (!file[4..8].SequenceEqual("ftyp"u8))
        {
            // QuickTime files need not name a brand.
            return file[4..8].SequenceEqual("moov"u8) || file[4..8].SequenceEqual("mdat"u8) ? PictureFormat.Video : null;
        }

        var major = file[8..12];
        return IsAvif(major) ? PictureFormat.Avif
            : major.StartsWith("hei"u8) || major.StartsWith("hev"u8) ? PictureFormat.Heic
            : major.SequenceEqual("crx "u8) ? PictureFormat.CameraRaw
            // The container's own brands do not say what codes the picture.
            : major.SequenceEqual("mif1"u8) || major.SequenceEqual("msf1"u8) ? NamesAvif(file) ? PictureFormat.Avif : PictureFormat.Heic
            : PictureFormat.Video;
    }

    /// <summary>Whether AVIF is among the compatible brands, which fill the box from its 16th byte on.</summary>
    private static bool NamesAvif(ReadOnlySpan<byte> file)
    {
        var end = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file), (uint)file.Length);
        for (var at = 16; at + 4 <= end; at += 4)
        {
            if (IsAvif(file.Slice(at, 4)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAvif(ReadOnlySpan<byte> brand) => brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8);
}
