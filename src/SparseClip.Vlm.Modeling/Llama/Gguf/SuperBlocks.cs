using System.Buffers.Binary;

namespace SparseClip.Vlm.Modeling.Llama.Gguf;

/// <summary>Super-blocks of 256 elements: groups of 16 or 32 have small integer scales, which share one float16 scale.</summary>
internal static class SuperBlocks
{
    private const int Elements = 256;

    /// <summary>Eight groups of 32: d s q - dmin m, q of 4 bits. [d:f16][dmin:f16][s, m of 6 bits: 12 bytes][q:128 bytes]</summary>
    public static void Q4_K(ReadOnlySpan<byte> source, Span<float> values)
    {
        for (; values.Length > 0; source = source[144..], values = values[Elements..])
        {
            for (var group = 0; group < 8; group++)
            {
                var (scale, offset) = GroupScale(source, group);
                // Two neighbouring groups share 32 bytes: the even one has the low halves.
                var q = source.Slice(16 + (group / 2 * 32), 32);
                var shift = group % 2 * 4;
                var target = values.Slice(group * 32, 32);
                for (var j = 0; j < 32; j++)
                {
                    target[j] = (scale * ((q[j] >> shift) & 15)) - offset;
                }
            }
        }
    }

    /// <summary>As Q4_K with a fifth bit: bit g of byte j belongs to element j of group g. [d][dmin][s, m:12][fifth:32][q:128]</summary>
    public static void Q5_K(ReadOnlySpan<byte> source, Span<float> values)
    {
        for (; values.Length > 0; source = source[176..], values = values[Elements..])
        {
            var fifth = source.Slice(16, 32);
            for (var group = 0; group < 8; group++)
            {
                var (scale, offset) = GroupScale(source, group);
                var q = source.Slice(48 + (group / 2 * 32), 32);
                var shift = group % 2 * 4;
                var target = values.Slice(group * 32, 32);
                for (var j = 0; j < 32; j++)
                {
                    target[j] = (scale * (((q[j] >> shift) & 15) | (((fifth[j] >> group) & 1) << 4))) - offset;
                }
            }
        }
    }

    /// <summary>
    /// Sixteen groups of 16: d s (q - 32), q of 6 bits. [low 4 bits:128 bytes][high 2 bits:64 bytes][s:16 signed bytes][d:f16]. Each half
    /// of the block (128 elements) is four runs of 32; run r takes its low bits from byte 32 (r mod 2) + j, the upper nibble for r of 2
    /// and more, and its high bits from bits 2r and 2r + 1 of byte j.
    /// </summary>
    public static void Q6_K(ReadOnlySpan<byte> source, Span<float> values)
    {
        for (; values.Length > 0; source = source[210..], values = values[Elements..])
        {
            var d = (float)BinaryPrimitives.ReadHalfLittleEndian(source[208..]);
            for (var run = 0; run < 8; run++)
            {
                var (half, r) = (run / 4, run % 4);
                var low = source.Slice((half * 64) + (r % 2 * 32), 32);
                var high = source.Slice(128 + (half * 32), 32);
                var scales = source.Slice(192 + (half * 8) + (r * 2), 2);
                var target = values.Slice((half * 128) + (r * 32), 32);
                for (var j = 0; j < 32; j++)
                {
                    var q = ((low[j] >> (r / 2 * 4)) & 15) | (((high[j] >> (2 * r)) & 3) << 4);
                    target[j] = d * (sbyte)scales[j / 16] * (q - 32);
                }
            }
        }
    }

    /// <summary>
    /// The scale and the offset of a group. The first four groups keep 6 bits each in bytes 0-3 (s) and 4-7 (m); the others keep 4 bits
    /// in bytes 8-11 (s low, m high nibble) and their upper two in the top bits of the first eight bytes.
    /// </summary>
    private static (float Scale, float Offset) GroupScale(ReadOnlySpan<byte> source, int group)
    {
        var packed = source.Slice(4, 12);
        var (s, m) = group < 4
            ? (packed[group] & 63, packed[group + 4] & 63)
            : ((packed[group + 4] & 15) | (packed[group - 4] >> 6 << 4), (packed[group + 4] >> 4) | (packed[group] >> 6 << 4));
        return ((float)BinaryPrimitives.ReadHalfLittleEndian(source) * s, (float)BinaryPrimitives.ReadHalfLittleEndian(source[2..]) * m);
    }
}
