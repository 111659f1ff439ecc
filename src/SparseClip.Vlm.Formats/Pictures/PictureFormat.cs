namespace SparseClip.Vlm.Formats.Pictures;

/// <summary>Kinds of file that people take for pictures; which of them are read says <see cref="PictureFormats.IsRead"/>.</summary>
public enum PictureFormat
{
    Jpeg,
    Png,
    WebP,
    Gif,
    Avif,
    Tiff,
    Bmp,
    Heic,
    JpegXl,
    Jpeg2000,
    Svg,
    Icon,
    Photoshop,
    CameraRaw,
    Pdf,
    Video,
}
