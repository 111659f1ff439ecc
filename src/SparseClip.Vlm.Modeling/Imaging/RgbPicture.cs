namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>A decoded picture: 8-bit sRGB, rows from the top, three bytes a pixel, no padding.</summary>
/// <param name="Width">Pixels, at least 1.</param>
/// <param name="Height">Pixels, at least 1.</param>
/// <param name="Pixels">Width x Height x 3 bytes, red first.</param>
public sealed record RgbPicture(int Width, int Height, byte[] Pixels);

/// <summary>A decoded picture with opacity: 8-bit sRGB not multiplied by alpha, rows from the top, four bytes a pixel.</summary>
/// <param name="Width">Pixels, at least 1.</param>
/// <param name="Height">Pixels, at least 1.</param>
/// <param name="Pixels">Width x Height x 4 bytes, red first, alpha last (255 = opaque).</param>
public sealed record RgbaPicture(int Width, int Height, byte[] Pixels);
