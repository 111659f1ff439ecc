using SparseClip.Vlm.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>Pixels of a batch as a tensor.</summary>
public static class PixelTensor
{
    /// <param name="pixels">sRGB bytes of <paramref name="count"/> squares; the array may be longer.</param>
    /// <param name="count">B.</param>
    /// <param name="size">S.</param>
    /// <returns>[B, S, S, 3] uint8, a copy; in the caller's dispose scope.</returns>
    public static Tensor Of(byte[] pixels, int count, int size)
    {
        using var scope = NewDisposeScope();
        var squares = empty([count, size, size, 3], ScalarType.Byte, CPU);
        pixels.AsSpan(0, checked(count * size * size * 3)).CopyTo(squares.bytes);
        return squares.ToDevice().MoveToOuterDisposeScope();
    }
}
