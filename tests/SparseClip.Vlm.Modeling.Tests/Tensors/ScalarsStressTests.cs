using System.Globalization;
using SparseClip.Vlm.Modeling.Tensors;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Tensors;

/// <summary>
/// Numbers meet tensors while another thread makes garbage and the collector runs all the time. With TorchSharp's own operators,
/// <c>(x + y) * 2.0</c>, one call in some thousands fails: the wrapper of a number is freed while libtorch reads it.
/// </summary>
public class ScalarsStressTests
{
    private const string CallsVariable = "SPARSECLIP_SCALAR_CALLS";

    [Fact]
    public void Numbers_outlive_the_calls_that_read_them()
    {
        var calls = int.Parse(Environment.GetEnvironmentVariable(CallsVariable) ?? "20000", CultureInfo.InvariantCulture);
        using var ended = new CancellationTokenSource();
        var littering = new Thread(() => Litter(ended.Token));
        littering.Start();
        try
        {
            using var x = tensor([1f, 2f]);
            for (var call = 0; call < calls; call++)
            {
                using var scope = NewDisposeScope();
                var y = call % 100;
                Assert.Equal((1 + y + 0.5f) * 2, x.Plus(y).Plus(0.5).Times(2)[0].item<float>());
            }
        }
        finally
        {
            ended.Cancel();
            littering.Join();
        }
    }

    /// <summary>Short-lived objects, with a collection and the finalizers' run every few thousand of them.</summary>
    private static void Litter(CancellationToken ended)
    {
        for (var round = 0; !ended.IsCancellationRequested; round++)
        {
            GC.KeepAlive(new byte[1000]);
            if (round % 2000 == 0)
            {
                GC.Collect(0);
            }
        }
    }
}
