using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SparseClip.Vlm.Modeling.Llama.Gguf;

/// <summary>The floating-point formats.</summary>
internal static class FloatBlocks
{
    public static void F32(ReadOnlySpan<byte> source, Span<float> values) => MemoryMarshal.Cast<byte, float>(source).CopyTo(values);

    public static void F16(ReadOnlySpan<byte> source, Span<float> values) =>
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), values);

    /// <summary>The upper half of a float32.</summary>
    public static void BF16(ReadOnlySpan<byte> source, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(source);
        var bits = MemoryMarshal.Cast<float, uint>(values);
        for (var i = 0; i < halves.Length; i++)
        {
            bits[i] = (uint)halves[i] << 16;
        }
    }
}
