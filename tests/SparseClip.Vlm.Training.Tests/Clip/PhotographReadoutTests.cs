using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Training.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Clip;

public sealed class PhotographReadoutTests
{
    private const int Width = 6;

    [Fact]
    public void The_kinds_lie_at_zero_and_one()
    {
        using var scope = NewDisposeScope();
        using var head = Head();
        var (drawn, photographs) = Kinds();

        using var readout = PhotographReadout.Fit(head, drawn, photographs);

        Assert.Equal(0, readout.Score(drawn).mean().item<float>(), 1e-4);
        Assert.Equal(1, readout.Score(photographs).mean().item<float>(), 1e-4);
        Assert.True(readout.Score(drawn).lt(0.5).all().item<bool>());
        Assert.True(readout.Score(photographs).gt(0.5).all().item<bool>());
    }

    [Fact]
    public void Every_features_pre_activation_falls_by_its_own_times_what_is_read_off()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var head = Head();
        var (drawn, photographs) = Kinds();
        using var readout = PhotographReadout.Fit(head, drawn, photographs);
        var states = cat([drawn, photographs]);
        var before = head.PreActivations(states);

        var by = linspace(-1, 2, head.Dimension);

        readout.LowerPhotographs(by);

        var expected = before - (readout.Score(states).unsqueeze(1) * by); // [B, D] - [B, 1] * [D]
        Assert.True(head.PreActivations(states).allclose(expected, 1e-4, 1e-4));
        readout.LowerPhotographs(-by);
        Assert.True(head.PreActivations(states).allclose(before, 1e-4, 1e-4));
    }

    [Fact]
    public void Both_kinds_are_needed_and_have_to_differ()
    {
        using var scope = NewDisposeScope();
        using var head = Head();
        var (drawn, photographs) = Kinds();

        Assert.Contains("0 photographs", Assert.Throws<TrainingException>(() => PhotographReadout.Fit(head, drawn, photographs[..0])).Message, StringComparison.Ordinal);
        Assert.Contains("0 drawn", Assert.Throws<TrainingException>(() => PhotographReadout.Fit(head, drawn[..0], photographs)).Message, StringComparison.Ordinal);
        Assert.Contains("same states", Assert.Throws<TrainingException>(() => PhotographReadout.Fit(head, drawn, drawn)).Message, StringComparison.Ordinal);
    }

    private static SparseHead Head()
    {
        var head = new SparseHead(Width, 9, bias: -0.5f);
        using var noGrad = no_grad();
        head.norm.running_mean.copy_(linspace(-1, 1, Width));
        head.norm.running_var.copy_(linspace(0.5, 2, Width));
        head.eval();
        return head;
    }

    /// <summary>Two clouds, whose means are apart in two coordinates. [400, d] each.</summary>
    private static (Tensor Drawn, Tensor Photographs) Kinds()
    {
        using var generator = new Generator(3);
        var apart = tensor(new float[] { 4, 0, 0, -4, 0, 0 });
        return (randn([400, Width], generator: generator) * 0.5, (randn([400, Width], generator: generator) * 0.5) + apart);
    }
}
