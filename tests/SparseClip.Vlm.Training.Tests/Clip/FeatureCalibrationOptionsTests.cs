using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Training.Tests.Clip;

public sealed class FeatureCalibrationOptionsTests
{
    [Theory]
    [InlineData(-0.1f, 0, 1, 0.1, 0, 0)]
    [InlineData(1, 0.9f, 1, 0.1, 0, 0)]
    [InlineData(0, 0, 0, 0.1, 0, 0)]
    [InlineData(0, 0, 1.1, 0.1, 0, 0)]
    [InlineData(0, 0, 1, 0, 0, 0)]
    [InlineData(0, 0, 0.1, 0.2, 0, 0)]
    [InlineData(0, 0, 1, 0.1, -0.1, 0)]
    [InlineData(0, 0, 1, 0.1, 0, -0.1f)]
    public void Options_outside_their_range_are_refused(float photographs, float frequent, double most, double least, double follow, float texts) =>
        Assert.Throws<ConfigurationException>(new FeatureCalibrationOptions(photographs, frequent, most, least, follow, texts).Validate);
}
