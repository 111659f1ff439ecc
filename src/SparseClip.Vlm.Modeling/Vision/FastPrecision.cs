using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>Which floating-point type the machine computes fastest in, where eight bits of mantissa are enough.</summary>
public static class FastPrecision
{
    /// <summary>Whether the processor multiplies bfloat16 in hardware (AVX512-BF16 or AMX-BF16).</summary>
    public static bool HasFastBFloat16 { get; } = DetectBFloat16();

    /// <summary>bfloat16 on a GPU and where it is fast on the CPU, else float32, which is what it would be emulated with.</summary>
    public static ScalarType Fastest => HasFastBFloat16 || ComputeDevice.IsGpu ? ScalarType.BFloat16 : ScalarType.Float32;

    private static bool DetectBFloat16()
    {
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
        {
            return false;
        }

        // Intel's manual, CPUID leaf 7: sub-leaf 1 EAX bit 5 = AVX512_BF16; sub-leaf 0 EDX bit 22 = AMX-BF16.
        var main = X86Base.CpuId(7, 0);
        var hasAmx = (main.Edx & (1 << 22)) != 0;
        var hasAvx = main.Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
        return hasAmx || hasAvx;
    }
}
