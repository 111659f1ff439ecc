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
    public void Replaced_features_are_as_they_were_given_and_the_others_stay()
    {
        manual_seed(4);
        using var head = new SparseHead(8, 20, bias: 0);
        head.train();
        using var ignored = head.forward((randn(32, 8) * 3) + 2);
        head.eval();
        var (weights, biases) = (head.weight.detach().clone(), head.bias.detach().clone());
        var (folded, shift) = (randn(2, 8), randn(2));

        head.Replace(tensor([3L, 17L]), folded, shift);

        var states = randn(5, 8);
        var (all, others) = (head.PreActivations(states), tensor([.. Enumerable.Range(0, 20).Where(i => i is not (3 or 17)).Select(i => (long)i)]));
        Assert.True(all.index_select(1, tensor([3L, 17L])).allclose(nn.functional.linear(states, folded, shift), 1e-4, 1e-4));
        Assert.True(head.weight.index_select(0, others).equal(weights.index_select(0, others)).all().item<bool>());
        Assert.True(head.bias.index_select(0, others).equal(biases.index_select(0, others)).all().item<bool>());
    }

    [Fact]
    public void Replacements_of_another_shape_are_refused()
    {
        using var head = new SparseHead(8, 20);

        Assert.Contains("[2, 8]", Assert.Throws<ArgumentException>(() => head.Replace(tensor([3L, 17L]), randn(2, 7), randn(2))).Message, StringComparison.Ordinal);
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => head.Replace(tensor([3L, 17L]), randn(2, 8), randn(1))).Message, StringComparison.Ordinal);
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
