using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Sparsity;

public sealed class SparseHeadTests
{
    [Fact]
    public void Codes_are_never_negative_and_start_sparse_with_a_negative_bias()
    {
        manual_seed(1);
        using var head = new SparseHead(64, 2048);
        using var codes = head.forward(randn(32, 64));

        Assert.True(codes.min().item<float>() >= 0);
        var active = codes.gt(0).to_type(ScalarType.Float32).mean().item<float>();
        Assert.InRange(active, 0.005, 0.05);
    }

    [Fact]
    public void Folding_absorbs_the_running_statistics()
    {
        manual_seed(2);
        using var head = new SparseHead(8, 20, bias: 0);
        head.train();
        for (var i = 0; i < 20; i++)
        {
            using var ignored = head.forward((randn(32, 8) * 3) + 2);
        }

        head.eval();
        var states = randn(5, 8);
        var (weight, bias) = head.Fold();

        Assert.True(nn.functional.linear(states, weight, bias).allclose(head.PreActivations(states), 1e-4, 1e-4));
    }

    [Fact]
    public void The_product_in_bfloat16_stays_near_float32_and_passes_gradients()
    {
        manual_seed(3);
        using var exact = new SparseHead(32, 64);
        using var fast = new SparseHead(32, 64, matmulType: ScalarType.BFloat16);
        fast.load_state_dict(exact.state_dict());
        var states = randn(16, 32);

        using var difference = (exact.PreActivations(states) - fast.PreActivations(states)).abs().max();
        fast.forward(states).sum().backward();

        Assert.True(difference.item<float>() < 0.05);
        Assert.True(fast.weight.grad!.abs().sum().item<float>() > 0);
    }
}
