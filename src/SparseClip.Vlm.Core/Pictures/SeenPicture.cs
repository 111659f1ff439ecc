using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Geometry;

namespace SparseClip.Vlm.Core.Pictures;

/// <summary>A picture that was decoded and encoded.</summary>
/// <param name="Id">The <see cref="PictureFile.Id"/> of its file.</param>
/// <param name="Square">The picture's size after the EXIF turn, and where the square that the tower sees lies in it.</param>
/// <param name="Pixels">What the tower sees: [InputSize, InputSize, 3] RGB.</param>
/// <param name="InputSize">The side of the square.</param>
/// <param name="Code">The codes.</param>
/// <param name="EncodeMilliseconds">How long the decoding and encoding took.</param>
public sealed record SeenPicture(
    string Id, SquareMapping Square, ReadOnlyMemory<byte> Pixels, int InputSize, ImageCode Code, double EncodeMilliseconds)
{
    /// <summary>Width after the EXIF turn, in pixels.</summary>
    public int Width => Square.PictureWidth;

    /// <summary>Height after the EXIF turn, in pixels.</summary>
    public int Height => Square.PictureHeight;
}
