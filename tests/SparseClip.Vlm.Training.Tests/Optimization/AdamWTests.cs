using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = SparseClip.Vlm.Training.Optimization.AdamW;

namespace SparseClip.Vlm.Training.Tests.Optimization;

public sealed class AdamWTests
{
    [Fact]
    public void It_moves_parameters_as_the_librarys_own_does()
    {
        manual_seed(1);
        using var ours = new Parameter(randn(4, 3));
        using var theirs = new Parameter(ours.detach().clone());
        using var optimizer = new AdamW(weightDecay: 0.05);
        optimizer.Add([new TrainedParameter("w", ours, 0.01)]);
        using var reference = optim.AdamW([theirs], lr: 0.01, beta1: 0.9, beta2: 0.98, eps: 1e-6, weight_decay: 0.05);
        using var target = randn(4, 3);

        for (var i = 0; i < 10; i++)
        {
            optimizer.ZeroGradients();
            reference.zero_grad();
            (ours - target).pow(2).sum().backward();
            (theirs - target).pow(2).sum().backward();
            optimizer.Step(1);
            reference.step();
        }

        Assert.True(ours.allclose(theirs, 1e-5, 1e-6));
    }

    [Fact]
    public void Vectors_do_not_decay()
    {
        using var vector = new Parameter(ones(3));
        using var optimizer = new AdamW(weightDecay: 0.5);
        optimizer.Add([new TrainedParameter("bias", vector, 0.1)]);
        (vector * 0).sum().backward();

        optimizer.Step(1);

        Assert.True(vector.allclose(ones(3)));
    }

    [Theory]
    [InlineData(0, 10, 0, 0.1)]
    [InlineData(9, 10, 0, 1)]
    [InlineData(100, 10, 0.5, 0.5)]
    [InlineData(100, 10, 1, 0)]
    public void The_rate_rises_and_falls(long step, int warmup, double used, double expected) =>
        Assert.Equal(expected, LearningRate.Factor(step, warmup, used), 6);
}
