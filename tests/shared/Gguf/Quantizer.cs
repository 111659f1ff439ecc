using System.Buffers.Binary;
using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>Writes float32 values in eight bits.</summary>
internal static class Quantizer
{
    private const int Block = 32;

    /// <summary>Adds a tensor as Q8_0: of a block of 32 values the largest magnitude becomes 127.</summary>
    public static GgufWriter AddQ8_0(this GgufWriter writer, string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        writer.AddEncoded(name, shape, Q8_0(values), GgufTensorType.Q8_0);

    private static byte[] Q8_0(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length / Block * 34];
        for (var b = 0; b < values.Length / Block; b++)
        {
            var block = values.Slice(b * Block, Block);
            var target = bytes.AsSpan(b * 34, 34);
            var scale = LargestMagnitude(block) / 127f;
            BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
            for (var j = 0; j < Block; j++)
            {
                target[2 + j] = (byte)(sbyte)(scale > 0 ? MathF.Round(block[j] / scale, MidpointRounding.AwayFromZero) : 0f);
            }
        }

        return bytes;
    }

    private static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
