using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Tests.Features;

public class FeatureEvidenceTests
{
    [Theory]
    [InlineData(0.9f, 3, NameOrigin.Found, NameStanding.Verified)]
    [InlineData(0.9f, 3, NameOrigin.Class, NameStanding.Verified)]
    [InlineData(0.89f, 300, NameOrigin.Found, NameStanding.Unnamed)]
    [InlineData(0.89f, 300, NameOrigin.Class, NameStanding.Unnamed)]
    [InlineData(1f, 2, NameOrigin.Found, NameStanding.Unnamed)]
    [InlineData(1f, 2, NameOrigin.Class, NameStanding.Given)]
    [InlineData(null, 0, NameOrigin.Class, NameStanding.Given)]
    [InlineData(0.7f, 300, NameOrigin.Attribute, NameStanding.Given)]
    [InlineData(0.95f, 300, NameOrigin.Attribute, NameStanding.Verified)]
    [InlineData(null, 0, NameOrigin.Found, NameStanding.Unnamed)]
    public void A_name_stands_as_far_as_pictures_confirm_it(float? area, int pictures, NameOrigin origin, NameStanding standing) =>
        Assert.Equal(standing, Of(area, pictures, origin).Standing);

    [Fact]
    public void What_was_never_tried_is_called_by_its_name() => Assert.Equal(("dog (2)", NameStanding.Untried), Seen(null));

    [Fact]
    public void A_verified_name_is_shown_and_another_one_is_shown_as_none()
    {
        Assert.Equal(("dog (2)", NameStanding.Verified), Seen(Of(0.95f, 8, NameOrigin.Found)));
        Assert.Equal(("unnamed (near: dog, wolf)", NameStanding.Unnamed), Seen(Of(0.6f, 8, NameOrigin.Found)));
        Assert.Equal(("unnamed", NameStanding.Unnamed), Seen(Of(null, 0, NameOrigin.Found) with { Near = [] }));
    }

    private static (string, NameStanding) Seen(FeatureEvidence? evidence)
    {
        var feature = new Feature(new FeatureId(7), "dog (2)", [], 1, 0.1f, 2, 1) { Evidence = evidence };
        return (FeatureName.Shown(feature), feature.Standing);
    }

    private static FeatureEvidence Of(float? area, int pictures, NameOrigin origin) => new(
        "dog", NameBasis.Shown, area, pictures, 100, origin, [new NearWord("dog", 0.6f, 0.5f), new NearWord("wolf", 0.6f, 0.4f), new NearWord("fox", 0.5f, 0.4f)]);
}
