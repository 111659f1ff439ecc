using System.Globalization;
using SparseClip.Vlm.Modeling.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Tensors;

/// <summary>
/// Numbers meet tensors while another thread makes garbage and collects it all the time. TorchSharp's own operators fail here: the wrapper of a
/// number, or of the hidden factor of an addition, is freed while libtorch has yet to read it.
/// </summary>
public class ScalarsStressTests
{
    /// <summary>How many short calls are made; by hand half a million (one in some thousands fails with TorchSharp's operators).</summary>
    private const string CallsVariable = "SPARSECLIP_SCALAR_CALLS";

    [Fact]
    public void Numbers_outlive_short_calls() => WhileCollecting(() =>
    {
        var calls = int.Parse(Environment.GetEnvironmentVariable(CallsVariable) ?? "6000", CultureInfo.InvariantCulture);
        using var x = tensor([1f, 2f]);
        using var y = tensor([3f, 4f]);
        for (var made = 0; made < calls; made += 3)
        {
            using var scope = NewDisposeScope();
            Assert.Equal((1 + 3 + 0.5f) * 2, x.Plus(y).Plus(0.5).Times(2)[0].item<float>());
        }
    });

    /// <summary>libtorch reads the factor of an addition after it has converted a million elements; with TorchSharp's operators most calls fail.</summary>
    [Fact]
    public void Numbers_outlive_calls_that_read_them_late() => WhileCollecting(() =>
    {
        const int Elements = 1_000_000;
        using var whole = ones(Elements, dtype: ScalarType.Int64);
        using var halves = Scalars.Filled([Elements], 0.5);
        for (var round = 0; round < 20; round++)
        {
            using var scope = NewDisposeScope();
            Assert.Equal(1.5f, whole.Plus(halves)[Elements - 1].item<float>());
            Assert.Equal(1.5f, whole.Plus(0.5)[Elements - 1].item<float>());
        }
    });

    private static void WhileCollecting(Action calls)
    {
        using var ended = new CancellationTokenSource();
        var collecting = new Thread(() => Collect(ended.Token));
        collecting.Start();
        try
        {
            calls();
        }
        finally
        {
            ended.Cancel();
            collecting.Join();
        }
    }

    private static void Collect(CancellationToken ended)
    {
        for (var made = 0; !ended.IsCancellationRequested; made++)
        {
            GC.KeepAlive(new byte[1000]);
            if (made % 2000 == 0)
            {
                GC.Collect(0);
            }
        }
    }
}
