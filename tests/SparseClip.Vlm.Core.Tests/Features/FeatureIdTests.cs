using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Tests.Features;

public class FeatureIdTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    public void Features_stand_in_the_order_of_their_numbers(int left, int right)
    {
        var (a, b) = (new FeatureId(left), new FeatureId(right));
        Assert.Equal((left < right, left <= right, left > right, left >= right), (a < b, a <= b, a > b, a >= b));
        Assert.Equal(left.CompareTo(right), a.CompareTo(b));
    }
}
