using System.Buffers.Binary;

namespace SparseClip.Vlm.Modeling.Llama.Gguf;

/// <summary>
/// Blocks of 32 elements with one scale d (and one offset m). Nibble formats keep element j in the low and element j + 16 in the high
/// half of byte j.
/// </summary>
internal static class LegacyBlocks
{
    private const int Half = 16;

    /// <summary>d (q - 8), q of 4 bits: [d:f16][q:16 bytes]</summary>
    public static void Q4_0(ReadOnlySpan<byte> source, Span<float> values)
    {
        for (; values.Length > 0; source = source[18..], values = values[(2 * Half)..])
        {
            var d = Scale(source);
            var q = source.Slice(2, Half);
            var low = values[..Half];
            var high = values.Slice(Half, Half);
            for (var j = 0; j < Half; j++)
            {
                low[j] = d * ((q[j] & 15) - 8);
                high[j] = d * ((q[j] >> 4) - 8);
            }
        }
    }

    /// <summary>d q + m, q of 4 bits: [d:f16][m:f16][q:16 bytes]</summary>
    public static void Q4_1(ReadOnlySpan<byte> source, Span<float> values)
    {
        for (; values.Length > 0; source = source[20..], values = values[(2 * Half)..])
        {
            var (d, m) = (Scale(source), Scale(source[2..]));
            var q = source.Slice(4, Half);
            var low = values[..Half];
            var high = values.Slice(Half, Half);
            for (var j = 0; j < Half; j++)
            {
                low[j] = (d * (q[j] & 15)) + m;
                high[j] = (d * (q[j] >> 4)) + m;
            }
        }
    }

    /// <summary>d (q - 16), q of 5 bits whose fifth bits form a word: [d:f16][fifth:u32][q:16 bytes]</summary>
    public static void Q5_0(ReadOnlySpan<byte> source, Span<float> values)
    {
        for (; values.Length > 0; source = source[22..], values = values[(2 * Half)..])
        {
            var d = Scale(source);
            var fifth = BinaryPrimitives.ReadUInt32LittleEndian(source[2..]);
            var q = source.Slice(6, Half);
            for (var j = 0; j < Half; j++)
            {
                values[j] = d * (((q[j] & 15) | Fifth(fifth, j)) - 16);
                values[j + Half] = d * (((q[j] >> 4) | Fifth(fifth, j + Half)) - 16);
            }
        }
    }

    /// <summary>d q + m, q of 5 bits: [d:f16][m:f16][fifth:u32][q:16 bytes]</summary>
    public static void Q5_1(ReadOnlySpan<byte> source, Span<float> values)
    {
        for (; values.Length > 0; source = source[24..], values = values[(2 * Half)..])
        {
            var (d, m) = (Scale(source), Scale(source[2..]));
            var fifth = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
            var q = source.Slice(8, Half);
            for (var j = 0; j < Half; j++)
            {
                values[j] = (d * ((q[j] & 15) | Fifth(fifth, j))) + m;
                values[j + Half] = (d * ((q[j] >> 4) | Fifth(fifth, j + Half))) + m;
            }
        }
    }

    /// <summary>d q, q of 8 bits with sign: [d:f16][q:32 bytes]</summary>
    public static void Q8_0(ReadOnlySpan<byte> source, Span<float> values)
    {
        for (; values.Length > 0; source = source[34..], values = values[(2 * Half)..])
        {
            var d = Scale(source);
            var q = source.Slice(2, 2 * Half);
            for (var j = 0; j < 2 * Half; j++)
            {
                values[j] = d * (sbyte)q[j];
            }
        }
    }

    private static float Scale(ReadOnlySpan<byte> source) => (float)BinaryPrimitives.ReadHalfLittleEndian(source);

    private static int Fifth(uint bits, int element) => (int)((bits >> element) & 1) << 4;
}
