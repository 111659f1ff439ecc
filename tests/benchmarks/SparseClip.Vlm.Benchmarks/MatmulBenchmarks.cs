using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>What the machine can do at most, to put the other figures beside.</summary>
internal static class MatmulBenchmarks
{
    private const int Side = 2048;

    public static void Run(Stopwatching watch)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            Peak(watch, type);
        }
    }

    /// <summary>Operations a second in a large product.</summary>
    public static double Peak(Stopwatching watch, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(Side, Side).to_type(type), randn(Side, Side).to_type(type));
        return watch.TimeOperations($"matrix product {Side} x {Side} x {Side}, {type}", 2.0 * Side * Side * Side, () => a.mm(b).Dispose());
    }
}
