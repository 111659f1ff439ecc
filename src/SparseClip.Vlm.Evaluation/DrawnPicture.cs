using System.Buffers.Binary;
using SparseClip.Vlm.Core.Pictures;

namespace SparseClip.Vlm.Evaluation;

/// <summary>Pictures made here, as files: one of nothing, by which a blind answer is told, and composed ones.</summary>
public static class DrawnPicture
{
    private const int HeaderBytes = 54;
    private const byte Grey = 128;

    /// <summary>A grey square: what is answered to it comes from the question alone.</summary>
    public static PictureFile Blind(int size = 64)
    {
        var pixels = new byte[size * size * 3];
        pixels.AsSpan().Fill(Grey);
        return Of(pixels, size);
    }

    /// <summary>A square as a BMP file of 24 bits a pixel.</summary>
    /// <param name="pixels">[S, S, 3] RGB; S a multiple of 4.</param>
    /// <param name="size">S.</param>
    public static PictureFile Of(ReadOnlySpan<byte> pixels, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(size % 4, 0, nameof(size)); // rows are padded to 4 bytes
        var file = new byte[HeaderBytes + (size * size * 3)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), HeaderBytes - 14);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), size);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -size); // the rows stand from the top down
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
        for (var i = 0; i < size * size; i++)
        {
            (file[HeaderBytes + (i * 3)], file[HeaderBytes + (i * 3) + 1], file[HeaderBytes + (i * 3) + 2]) = (pixels[(i * 3) + 2], pixels[(i * 3) + 1], pixels[i * 3]);
        }

        return new PictureFile(file);
    }
}
