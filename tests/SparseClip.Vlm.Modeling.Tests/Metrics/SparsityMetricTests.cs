using CsCheck;
using SparseClip.Vlm.Modeling.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Metrics;

public sealed class SparsityMetricTests
{
    [Fact]
    public void L0_by_hand()
    {
        using var scope = NewDisposeScope();
        var l0 = new L0(dimension: 3);
        Assert.Equal((0, 0), (l0.MeanCount, l0.MeanFraction));
        l0.Add(tensor(new[,] { { 1f, 0f, 2f }, { 0f, 0f, 0f } })); // 2 and 0 active
        l0.Add(tensor(new[,] { { 0f, 0.5f, 0f } })); // 1 active
        Assert.Equal(3, l0.Codes);
        Assert.Equal(1, l0.MeanCount, 1e-12);
        Assert.Equal(1 / 3.0, l0.MeanFraction, 1e-12);
        Assert.Equal(1 / 3.0, L0.MeanFractionOf(tensor(new[,] { { 1f, 0f, 2f }, { 0f, 0f, 0f } })), 1e-12);
    }

    [Fact]
    public void A_feature_is_active_above_the_threshold_and_not_at_it()
    {
        using var scope = NewDisposeScope();
        var codes = tensor(new[,] { { 0.5f, 0.25f, 0f } });
        var l0 = new L0(dimension: 3, threshold: 0.25);
        using var active = new ActiveFeatures(dimension: 3, threshold: 0.25);
        l0.Add(codes);
        active.Add(codes);
        Assert.Equal(1, l0.MeanCount);
        Assert.Equal((1, 2), (active.ActiveCount, active.DeadCount));
    }

    [Fact]
    public void Active_and_dead_features_by_hand()
    {
        using var scope = NewDisposeScope();
        using var active = new ActiveFeatures(dimension: 3);
        Assert.Equal(3, active.DeadCount);
        active.Add(tensor(new[,] { { 1f, 0f, 0f } }));
        active.Add(tensor(new[,] { { 0f, 0f, 2f }, { 3f, 0f, 0f } }));
        Assert.Equal((2, 1), (active.ActiveCount, active.DeadCount));
        Assert.Equal(2 / 3.0, active.ActiveFraction, 1e-12);
        active.Reset();
        Assert.Equal(0, active.ActiveCount);
    }

    [Fact]
    public void Batches_make_no_difference() =>
        Gen.Float[-1, 1].Array[24].Select(Gen.Int[1, 5]).Sample((values, cut) =>
        {
            using var scope = NewDisposeScope();
            var codes = nn.functional.relu(tensor(values, [6, 4]));
            L0 whole = new(4), parts = new(4);
            using ActiveFeatures wholeActive = new(4), partsActive = new(4);
            whole.Add(codes);
            wholeActive.Add(codes);
            foreach (var part in new[] { codes[cut..], codes[..cut] })
            {
                parts.Add(part);
                partsActive.Add(part);
            }

            return whole.MeanCount == parts.MeanCount && wholeActive.ActiveCount == partsActive.ActiveCount
                && wholeActive.ActiveCount >= whole.MeanCount;
        });

    [Fact]
    public void Codes_of_another_width_are_refused()
    {
        using var scope = NewDisposeScope();
        using var active = new ActiveFeatures(3);
        Assert.Throws<ArgumentException>(() => active.Add(zeros(2, 4)));
        Assert.Throws<ArgumentException>(() => new L0(3).Add(zeros(3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new L0(0));
    }
}
