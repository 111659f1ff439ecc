using SparseClip.Vlm.Modeling.Tensors;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip.Attributes;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Clip.Attributes;

[Collection(OneThread.Name)]
public sealed class NumberReadoutTests
{
    [Fact]
    public void The_right_number_has_the_largest_logit_and_the_logits_of_a_state_sum_to_nothing()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        int[] numbers = [.. Enumerable.Range(0, 1200).Select(i => i % 3)];
        var centres = randn(3, 20).Times(3);
        var states = centres.index_select(0, tensor(numbers.Select(number => (long)number).ToArray())).Plus(randn(1200, 20)).Plus(100);

        var (weight, bias) = NumberReadout.Fit(states, numbers, 3, 15, null, TestContext.Current.CancellationToken);

        using var noGrad = no_grad();
        var logits = nn.functional.linear(states, weight, bias);
        Assert.True(logits.sum([1]).abs().max().item<float>() < 1e-2);
        Assert.InRange(logits.argmax(1).data<long>().ToArray().Zip(numbers).Count(pair => pair.First == pair.Second) / 1200.0, 0.95, 1);
    }
}
