using System.Buffers.Binary;

namespace SparseClip.Vlm.Formats.Pictures;

/// <summary>
/// Files that begin like TIFF 6.0. Most cameras' raw files do: their first picture is a small preview, which a reader of TIFF would take for the picture.
/// </summary>
internal static class TiffHead
{
    private const ushort SubfileType = 254; // bit 0: a smaller version of another picture in the file
    private const ushort DngVersion = 50706;

    public static PictureFormat? Tell(ReadOnlySpan<byte> file)
    {
        var isLittle = file.StartsWith("II*\0"u8);
        if (isLittle || file.StartsWith("MM\0*"u8))
        {
            return IsRaw(file, isLittle) ? PictureFormat.CameraRaw : PictureFormat.Tiff;
        }

        return file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8) ? PictureFormat.Tiff // with 64-bit offsets
            : file.StartsWith("IIRO"u8) || file.StartsWith("IIU\0"u8) || file.StartsWith("FUJIFILMCCD-RAW"u8) ? PictureFormat.CameraRaw
            : null;
    }

    private static bool IsRaw(ReadOnlySpan<byte> file, bool isLittle)
    {
        if (file.Length >= 10 && file[8..10].SequenceEqual("CR"u8))
        {
            return true;
        }

        if (file.Length < 8 || ReadUInt32(file[4..], isLittle) is var start && (start < 8 || start > file.Length - 2))
        {
            return false;
        }

        var entries = file[((int)start + 2)..];
        var count = Math.Min(ReadUInt16(file[(int)start..], isLittle), entries.Length / 12);
        for (var i = 0; i < count; i++)
        {
            var entry = entries.Slice(i * 12, 12);
            var tag = ReadUInt16(entry, isLittle);
            if (tag == DngVersion || (tag == SubfileType && (ReadUInt32(entry[8..], isLittle) & 1) != 0))
            {
                return true;
            }
        }

        return false;
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
