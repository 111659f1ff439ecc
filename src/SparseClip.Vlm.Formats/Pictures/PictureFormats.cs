namespace SparseClip.Vlm.Formats.Pictures;

/// <summary>What there is to say about each kind of picture file: its name, its media type, whether it is read.</summary>
public static class PictureFormats
{
    private static readonly Dictionary<PictureFormat, (string Name, string MediaType, bool IsRead)> s_facts = new()
    {
        [PictureFormat.Jpeg] = ("JPEG", "image/jpeg", true),
        [PictureFormat.Png] = ("PNG", "image/png", true),
        [PictureFormat.WebP] = ("WebP", "image/webp", true),
        [PictureFormat.Gif] = ("GIF", "image/gif", true),
        [PictureFormat.Avif] = ("AVIF", "image/avif", true),
        [PictureFormat.Tiff] = ("TIFF", "image/tiff", true),
        [PictureFormat.Bmp] = ("BMP", "image/bmp", true),
        // Its codec, HEVC, is patented; the shipped libvips is built without it.
        [PictureFormat.Heic] = ("HEIC", "image/heic", false),
        [PictureFormat.JpegXl] = ("JPEG XL", "image/jxl", false),
        [PictureFormat.Jpeg2000] = ("JPEG 2000", "image/jp2", false),
        // It can hold scripts and references to other files.
        [PictureFormat.Svg] = ("SVG", "image/svg+xml", false),
        [PictureFormat.Icon] = ("ICO", "image/x-icon", false),
        [PictureFormat.Photoshop] = ("PSD", "image/vnd.adobe.photoshop", false),
        [PictureFormat.CameraRaw] = ("A camera's raw file", "image/x-dcraw", false),
        [PictureFormat.Pdf] = ("PDF", "application/pdf", false),
        [PictureFormat.Video] = ("Video", "video/mp4", false),
    };

    /// <summary>The kinds that are read, in words: "JPEG, PNG, ... or BMP".</summary>
    public static string Accepted { get; } = Join([.. s_facts.Values.Where(fact => fact.IsRead).Select(fact => fact.Name)]);

    /// <summary>The name that people know the kind by.</summary>
    public static string Name(this PictureFormat format) => s_facts[format].Name;

    /// <summary>The media type for HTTP.</summary>
    public static string MediaType(this PictureFormat format) => s_facts[format].MediaType;

    /// <summary>Whether files of the kind are read.</summary>
    public static bool IsRead(this PictureFormat format) => s_facts[format].IsRead;

    /// <summary>Why a file is not read and what to send instead; null when it is of a kind that is read.</summary>
    /// <param name="format">What <see cref="PictureSniffer.Tell"/> says about it.</param>
    /// <param name="isEmpty">Whether it has no bytes at all.</param>
    public static string? Refusal(PictureFormat? format, bool isEmpty) => (format, isEmpty) switch
    {
        (null, true) => $"The picture is empty (0 bytes); send a {Accepted} file.",
        (null, false) => $"This file is not a picture of a known kind; send a {Accepted} file.",
        ({ } known, _) => known.IsRead() ? null : $"{known.Name()} is not read; send JPEG or PNG.",
    };

    private static string Join(IReadOnlyList<string> names) => $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
}
