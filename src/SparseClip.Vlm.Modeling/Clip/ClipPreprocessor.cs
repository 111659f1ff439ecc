using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Modeling.Clip;

/// <summary>
/// From a decoded picture to an imported CLIP's input, as its publisher's own preprocessing does it: bicubic with antialiasing, the central
/// square, normalisation. Thread-safe.
/// </summary>
/// <param name="framing">How pictures become squares.</param>
/// <param name="normalization">What is done to 0..255 RGB values.</param>
public sealed class ClipPreprocessor(ClipFraming framing, PixelNormalization normalization)
{
    /// <summary>Side S of the squares.</summary>
    public int Size => framing.CropSize;

    /// <summary>The square of a picture before normalisation.</summary>
    /// <returns>[S, S, 3] RGB bytes.</returns>
    public byte[] ToSquare(RgbPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var whole = new PixelRectangle(0, 0, picture.Width, picture.Height);
        var (width, height) = framing.Resize == ClipResize.Squash
            ? (framing.ResizeTo, framing.ResizeTo)
            : (Side(picture.Width, picture.Height), Side(picture.Height, picture.Width));
        var window = new PixelRectangle(Edge(width), Edge(height), Size, Size);
        return BicubicResizer.Resize(picture, whole, width, height, window, hasShortWeights: framing.Imaging == ClipImaging.HuggingFace);
    }

    /// <summary>A batch of pictures.</summary>
    /// <param name="pictures">B pictures of any sizes.</param>
    /// <returns>[B, 3, S, S] in row-major order, normalised.</returns>
    public float[] ToTensorData(IReadOnlyList<RgbPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var stride = 3 * Size * Size;
        var values = new float[checked(pictures.Count * stride)];
        for (var i = 0; i < pictures.Count; i++)
        {
            normalization.Apply(ToSquare(pictures[i]), values.AsSpan(i * stride, stride));
        }

        return values;
    }

    /// <summary>The new length of a side; the publishers round the longer one down.</summary>
    private int Side(int side, int other) => side <= other ? framing.ResizeTo : (int)((long)framing.ResizeTo * side / other);

    private int Edge(int side) => framing.Imaging == ClipImaging.HuggingFace
        ? (side - Size) / 2
        : (int)Math.Round((side - Size) / 2.0, MidpointRounding.ToEven);
}
