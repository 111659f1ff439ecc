using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Tests.Features;

public sealed class AttributeFeaturesTests
{
    private static readonly AttributeFeatures s_attributes = new(100);

    [Fact]
    public void Every_attribute_has_a_feature_of_its_own_in_the_order_of_the_names()
    {
        var features = Enumerable.Range(0, ColourNames.All.Count).Select(s_attributes.Colour).Concat(Enumerable.Range(1, AttributeFeatures.Numbers.Count).Select(s_attributes.Number)).ToArray();

        Assert.Equal(Enumerable.Range(100, AttributeFeatures.Count), features);
        Assert.Equal("red", AttributeFeatures.Names[s_attributes.Colour(0) - 100]);
        Assert.Equal("four", AttributeFeatures.Names[s_attributes.Number(4) - 100]);
        Assert.All(features, feature => Assert.True(s_attributes.Contains(feature)));
        Assert.False(s_attributes.Contains(99) || s_attributes.Contains(100 + AttributeFeatures.Count));
    }

    [Fact]
    public void A_code_without_them_keeps_all_else()
    {
        var code = SparseCode.FromSorted(200, [3, 99, 100, 110, 114, 115], [1f, 2f, 3f, 4f, 5f, 6f]);
        Assert.Equal(SparseCode.FromSorted(200, [3, 99, 115], [1f, 2f, 6f]), s_attributes.Without(code));
    }

    [Theory]
    [InlineData(115, true)]
    [InlineData(114, false)]
    public void They_have_to_be_features_of_the_tower(int dimension, bool isRight) => Assert.Equal(isRight, s_attributes.Problem(dimension) is null);
}
