using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>Turns float32 values into the formats that the writer offers.</summary>
internal static class Quantizer
{
    private const int Block = 32;

    /// <exception cref="ArgumentException">The type cannot be written.</exception>
    public static byte[] Encode(GgufTensorType type, ReadOnlySpan<float> values)
    {
        switch (type)
        {
            case GgufTensorType.F32:
                return MemoryMarshal.AsBytes(values).ToArray();
            case GgufTensorType.F16:
                var halves = new byte[values.Length * 2];
                for (var i = 0; i < values.Length; i++)
                {
                    BinaryPrimitives.WriteHalfLittleEndian(halves.AsSpan(i * 2), (Half)values[i]);
                }

                return halves;
            case GgufTensorType.Q8_0:
                return Q8_0(values);
            default:
                throw new ArgumentException($"Tensors of type {type} cannot be written; choose F32, F16 or Q8_0.", nameof(type));
        }
    }

    /// <summary>The largest magnitude of a block becomes 127.</summary>
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
