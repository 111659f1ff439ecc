using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Modeling.Llama.Gguf;

/// <summary>Turns stored tensors into float32, several chunks of blocks at a time on all cores.</summary>
internal static unsafe class Dequantizer
{
    private const long ChunkElements = 1 << 16; // a multiple of every block

    /// <summary>The types that are dequantised.</summary>
    public static IReadOnlyList<GgufTensorType> Types { get; } =
    [
        GgufTensorType.F32, GgufTensorType.F16, GgufTensorType.BF16,
        GgufTensorType.Q4_0, GgufTensorType.Q4_1, GgufTensorType.Q5_0, GgufTensorType.Q5_1, GgufTensorType.Q8_0,
        GgufTensorType.Q4_K, GgufTensorType.Q5_K, GgufTensorType.Q6_K,
    ];

    /// <summary>Whether a type is one of <see cref="Types"/>.</summary>
    public static bool Reads(GgufTensorType type) => Types.Contains(type);

    /// <param name="type">How the elements are stored.</param>
    /// <param name="source">The first block.</param>
    /// <param name="destination">Room for <paramref name="count"/> values.</param>
    /// <param name="count">Elements; a multiple of the block.</param>
    public static void Run(GgufTensorType type, byte* source, float* destination, long count)
    {
        var chunks = (count + ChunkElements - 1) / ChunkElements;
        if (chunks <= 1)
        {
            Blocks(type, source, destination, (int)count);
            return;
        }

        var (from, to) = ((nint)source, (nint)destination);
        Parallel.For(0, chunks, chunk =>
        {
            var first = chunk * ChunkElements;
            var bytes = first / type.BlockElements() * type.BlockBytes();
            Blocks(type, (byte*)from + bytes, (float*)to + first, (int)Math.Min(ChunkElements, count - first));
        });
    }

    private static void Blocks(GgufTensorType type, byte* source, float* destination, int count)
    {
        var bytes = new ReadOnlySpan<byte>(source, count / type.BlockElements() * type.BlockBytes());
        var values = new Span<float>(destination, count);
        switch (type)
        {
            case GgufTensorType.F32: FloatBlocks.F32(bytes, values); break;
            case GgufTensorType.F16: FloatBlocks.F16(bytes, values); break;
            case GgufTensorType.BF16: FloatBlocks.BF16(bytes, values); break;
            case GgufTensorType.Q4_0: LegacyBlocks.Q4_0(bytes, values); break;
            case GgufTensorType.Q4_1: LegacyBlocks.Q4_1(bytes, values); break;
            case GgufTensorType.Q5_0: LegacyBlocks.Q5_0(bytes, values); break;
            case GgufTensorType.Q5_1: LegacyBlocks.Q5_1(bytes, values); break;
            case GgufTensorType.Q8_0: LegacyBlocks.Q8_0(bytes, values); break;
            case GgufTensorType.Q4_K: SuperBlocks.Q4_K(bytes, values); break;
            case GgufTensorType.Q5_K: SuperBlocks.Q5_K(bytes, values); break;
            case GgufTensorType.Q6_K: SuperBlocks.Q6_K(bytes, values); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }
}
