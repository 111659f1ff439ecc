using CsCheck;
using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Training.Tests.Clip;

public sealed class ClipBiasDriftTests
{
    [Fact]
    public void The_whole_way_is_gone_however_the_time_is_cut() =>
        Gen.Double[0, 1].Array[0, 20].Sample(cuts =>
        {
            var drift = new ClipBiasDrift(1.5, 0.3, 0.85);
            double[] times = [0, .. cuts.Order(), 1];
            Assert.Equal(1.5, times.Zip(times.Skip(1), drift.Between).Sum(), 1e-9);
        });

    [Fact]
    public void Nothing_moves_before_and_after()
    {
        var drift = new ClipBiasDrift(1, 0.25, 0.75);
        Assert.Equal(0, drift.Between(0, 0.25));
        Assert.Equal(0.5, drift.Between(0.2, 0.5), 1e-9);
        Assert.Equal(0, drift.Between(0.75, 1.1));
    }
}
