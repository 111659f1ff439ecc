using System.Buffers.Binary;
using System.Text;
using CsCheck;
using SparseClip.Vlm.Formats.Pictures;

namespace SparseClip.Vlm.Formats.Tests.Pictures;

public sealed class PictureSnifferTests
{
    [Theory]
    [InlineData(PictureFormat.Jpeg, "\xFF\xD8\xFF\xE0")]
    [InlineData(PictureFormat.Png, "\x89PNG\r\n\x1A\n")]
    [InlineData(PictureFormat.WebP, "RIFF\x10\0\0\0WEBPVP8 ")]
    [InlineData(PictureFormat.Gif, "GIF87a")]
    [InlineData(PictureFormat.Gif, "GIF89a")]
    [InlineData(PictureFormat.Bmp, "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x03\0\0\0\x02\0\0\0")]
    [InlineData(PictureFormat.Tiff, "II*\0\x08\0\0\0")]
    [InlineData(PictureFormat.Tiff, "MM\0*\0\0\0\x08")]
    [InlineData(PictureFormat.Tiff, "II+\0\x08\0\0\0")]
    [InlineData(PictureFormat.JpegXl, "\xFF\x0A\x10")]
    [InlineData(PictureFormat.JpegXl, "\0\0\0\x0CJXL \r\n")]
    [InlineData(PictureFormat.Jpeg2000, "\0\0\0\x0CjP  \r\n")]
    [InlineData(PictureFormat.Icon, "\0\0\x01\0\x01\0")]
    [InlineData(PictureFormat.Photoshop, "8BPS\0\x01")]
    [InlineData(PictureFormat.CameraRaw, "II*\0\x10\0\0\0CR\x02\0")]
    [InlineData(PictureFormat.CameraRaw, "FUJIFILMCCD-RAW 0201")]
    [InlineData(PictureFormat.Pdf, "%PDF-1.7")]
    [InlineData(PictureFormat.Video, "RIFF\x10\0\0\0AVI LIST")]
    [InlineData(PictureFormat.Video, "\x1A\x45\xDF\xA3")]
    [InlineData(PictureFormat.Video, "\0\0\0\x08moov....")]
    [InlineData(PictureFormat.Svg, "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>")]
    public void A_kind_is_told_by_its_first_bytes(PictureFormat wanted, string start)
    {
        Assert.Equal(wanted, PictureSniffer.Tell(Bytes(start)));
        Assert.Equal(wanted, PictureSniffer.Tell(Bytes(start + "and so on")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("B")]
    [InlineData("just some text")]
    [InlineData("BMW sells more cars than it did a year ago")]
    [InlineData("RIFF\x10\0\0\0WAVEfmt ")]
    [InlineData("\xFF\xD8")]
    [InlineData("\x89PNG\r\n")]
    [InlineData("{\"image\": 1}")]
    public void What_is_no_picture_is_of_no_kind(string text) => Assert.Null(PictureSniffer.Tell(Bytes(text)));

    [Theory]
    [InlineData(PictureFormat.Avif, "avif", "mif1", "miaf")]
    [InlineData(PictureFormat.Avif, "avis", "msf1")]
    [InlineData(PictureFormat.Avif, "mif1", "miaf", "avif")]
    [InlineData(PictureFormat.Heic, "heic", "mif1", "heic")]
    [InlineData(PictureFormat.Heic, "heix", "mif1")]
    [InlineData(PictureFormat.Heic, "hevc", "heic")]
    [InlineData(PictureFormat.Heic, "mif1", "heic")]
    [InlineData(PictureFormat.CameraRaw, "crx ", "isom")]
    [InlineData(PictureFormat.Video, "isom", "avc1")]
    [InlineData(PictureFormat.Video, "qt  ")]
    public void Files_of_boxes_are_told_apart_by_their_brands(PictureFormat wanted, string major, params string[] others)
    {
        var box = Bytes($"....ftyp{major}\0\0\0\0{string.Concat(others)}");
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        Assert.Equal(wanted, PictureSniffer.Tell(box));

        // A brand behind the box's end is not the file's.
        Assert.Equal(wanted, PictureSniffer.Tell([.. box, .. "avifavif"u8]));
    }

    [Theory]
    [InlineData(PictureFormat.Tiff, 256, 64)]
    [InlineData(PictureFormat.Tiff, 254, 0)]
    [InlineData(PictureFormat.Tiff, 254, 2)] // one page of several
    [InlineData(PictureFormat.CameraRaw, 254, 1)] // a preview of another picture
    [InlineData(PictureFormat.CameraRaw, 50706, 0x00000401)] // Digital Negative
    public void A_raw_file_is_told_from_a_TIFF_by_what_its_first_picture_is(PictureFormat wanted, int tag, int value)
    {
        var little = new byte[8 + 2 + 12 + 4];
        "II*\0"u8.CopyTo(little);
        BinaryPrimitives.WriteInt32LittleEndian(little.AsSpan(4), 8);
        BinaryPrimitives.WriteInt16LittleEndian(little.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(little.AsSpan(10), (ushort)tag);
        BinaryPrimitives.WriteInt32LittleEndian(little.AsSpan(18), value);
        Assert.Equal(wanted, PictureSniffer.Tell(little));

        var big = new byte[little.Length];
        "MM\0*"u8.CopyTo(big);
        BinaryPrimitives.WriteInt32BigEndian(big.AsSpan(4), 8);
        BinaryPrimitives.WriteInt16BigEndian(big.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16BigEndian(big.AsSpan(10), (ushort)tag);
        BinaryPrimitives.WriteInt32BigEndian(big.AsSpan(18), value);
        Assert.Equal(wanted, PictureSniffer.Tell(big));
    }

    [Fact]
    public void Any_bytes_are_of_a_kind_or_of_none()
    {
        string[] starts = ["II*\0", "MM\0*", "....ftypmif1", "BM", "RIFF", "\0\0\0\x0C"];
        Gen.Select(Gen.Int[0, starts.Length - 1], Gen.Byte.Array[0, 60]).Sample((which, rest) =>
        {
            var format = PictureSniffer.Tell([.. Bytes(starts[which]), .. rest]);
            Assert.True(format is null || Enum.IsDefined(format.Value));
        });
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
