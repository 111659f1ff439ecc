using SparseClip.Vlm.Evaluation.Concepts;

namespace SparseClip.Vlm.Evaluation.Tests.Concepts;

public sealed class AreaUnderCurveTests
{
    [Theory]
    [InlineData(new[] { 1f, 2, 3, 4 }, new[] { false, false, true, true }, 1)]
    [InlineData(new[] { 1f, 2, 3, 4 }, new[] { true, true, false, false }, 0)]
    [InlineData(new[] { 1f, 1, 1, 1 }, new[] { true, false, true, false }, 0.5)]
    [InlineData(new[] { 1f, 2, 2, 3 }, new[] { false, true, false, true }, 0.875)]
    public void The_area_counts_pairs_in_the_right_order_and_ties_half(float[] scores, bool[] shows, double area) => Assert.Equal(area, AreaUnderCurve.Of(scores.Zip(shows)), 1e-9);
}
