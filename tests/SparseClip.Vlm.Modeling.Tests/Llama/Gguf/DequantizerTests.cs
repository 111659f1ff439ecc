using System.Buffers.Binary;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Modeling.Tests.Llama.Gguf;

/// <summary>Each format against a block packed here by hand from known integers.</summary>
public class DequantizerTests
{
    private const float D = 0.5f, M = -1.25f; // exact in half precision

    [Fact]
    public void Bf16() => Check(GgufTensorType.BF16, [0x80, 0x3F, 0x20, 0xC1], [1f, -10f]);

    [Fact]
    public void F16() => Check(GgufTensorType.F16, [0x00, 0x3C, 0x00, 0xC9], [1f, -10f]);

    [Fact]
    public void Q4_0() => Check(GgufTensorType.Q4_0, [.. Half(D), .. Nibbles()], Values(i => D * ((i % 16) - 8), 32, 5));

    [Fact]
    public void Q4_1() => Check(GgufTensorType.Q4_1, [.. Half(D), .. Half(M), .. Nibbles()], Values(i => (D * (i % 16)) + M, 32, 5));

    [Fact]
    public void Q5_0() => Check(GgufTensorType.Q5_0, [.. Half(D), .. FifthBits(), .. Nibbles()], Values(i => D * (i - 16), 32, 5));

    [Fact]
    public void Q5_1() => Check(GgufTensorType.Q5_1, [.. Half(D), .. Half(M), .. FifthBits(), .. Nibbles()], Values(i => (D * i) + M, 32, 5));

    [Fact]
    public void Q8_0()
    {
        var q = Enumerable.Range(0, 32).Select(i => (sbyte)((i * 8) - 128)).ToArray();
        Check(GgufTensorType.Q8_0, [.. Half(D), .. q.Select(v => (byte)v)], [.. q.Select(v => D * v)]);
    }

    [Theory]
    [InlineData(GgufTensorType.Q4_K)]
    [InlineData(GgufTensorType.Q5_K)]
    public void K_blocks_with_scales_and_offsets(GgufTensorType type)
    {
        var top = type == GgufTensorType.Q5_K ? 32 : 16;
        int Q(int i) => i * 7 % top;
        int S(int g) => g * 9; // up to 63: six bits
        int O(int g) => 63 - (g * 8);

        var scales = new byte[12];
        for (var g = 0; g < 4; g++)
        {
            scales[g] = (byte)(S(g) | (S(g + 4) >> 4 << 6));
            scales[g + 4] = (byte)(O(g) | (O(g + 4) >> 4 << 6));
            scales[g + 8] = (byte)((S(g + 4) & 15) | ((O(g + 4) & 15) << 4));
        }

        var (fifth, q) = (new byte[32], new byte[128]);
        for (var i = 0; i < 256; i++)
        {
            q[(i / 64 * 32) + (i % 32)] |= (byte)((Q(i) & 15) << (i / 32 % 2 * 4));
            fifth[i % 32] |= (byte)(Q(i) >> 4 << (i / 32));
        }

        Check(type, [.. Half(D), .. Half(0.25f), .. scales, .. type == GgufTensorType.Q5_K ? fifth : [], .. q],
            [.. Enumerable.Range(0, 256).Select(i => (D * S(i / 32) * Q(i)) - (0.25f * O(i / 32)))]);
    }

    [Fact]
    public void Q6_K()
    {
        int Q(int i) => i * 11 % 64;
        sbyte S(int g) => (sbyte)((g * 13) - 100);
        var (low, high) = (new byte[128], new byte[64]);
        for (var i = 0; i < 256; i++)
        {
            var (half, run, j) = (i / 128, i / 32 % 4, i % 32);
            low[(half * 64) + (run % 2 * 32) + j] |= (byte)((Q(i) & 15) << (run / 2 * 4));
            high[(half * 32) + j] |= (byte)(Q(i) >> 4 << (2 * run));
        }

        Check(GgufTensorType.Q6_K, [.. low, .. high, .. Enumerable.Range(0, 16).Select(g => (byte)S(g)), .. Half(D)],
            [.. Enumerable.Range(0, 256).Select(i => D * S(i / 16) * (Q(i) - 32))]);
    }

    /// <summary>The block's integers: element i holds 5 i mod 32, of which the low four bits go here.</summary>
    private static byte[] Nibbles() => [.. Enumerable.Range(0, 16).Select(j => (byte)((j * 5 % 16) | (((j + 16) * 5 % 16) << 4)))];

    private static byte[] FifthBits()
    {
        uint bits = 0;
        for (var i = 0; i < 32; i++)
        {
            bits |= (uint)(i * 5 % 32 / 16) << i;
        }

        return BitConverter.GetBytes(bits);
    }

    private static float[] Values(Func<int, float> value, int modulus, int step) =>
        [.. Enumerable.Range(0, 32).Select(i => value(i * step % modulus))];

    private static byte[] Half(float value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value);
        return bytes;
    }

    private static void Check(GgufTensorType type, byte[] block, float[] expected)
    {
        using var folder = new TemporaryFolder();
        RawGguf.Write(folder.File("a.gguf"), type, (ulong)expected.Length, block);
        using var file = GgufFile.Open(folder.File("a.gguf"));
        Assert.Equal(expected, file.ReadFloats("x"));
    }
}
