using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public class CarriersTests
{
    private static readonly float[] s_mean = [1f, 0.5f, 2f, 0f, 0f];
    private static readonly SparseCode s_word = SparseCode.FromDense([1.5f, 3f, 1f, 0.5f, 0f]);

    [Fact]
    public void A_feature_carries_a_word_as_far_as_the_word_lies_above_its_mean() =>
        Assert.Equal([new Carrier(1, 2.5f), new Carrier(0, 0.5f), new Carrier(3, 0.5f)], Carriers.OfWord(s_word, s_mean));

    [Fact]
    public void In_a_picture_it_carries_the_word_by_the_product_with_the_pictures_value()
    {
        float[] picture = [2f, 0.2f, 9f, 0f, 1f];
        Carrier[] expected = [new Carrier(0, 1f), new Carrier(1, 0.5f)];
        Assert.Equal(expected, Carriers.InPicture(Carriers.OfWord(s_word, s_mean), picture));
        Assert.Equal(expected, Carriers.InPicture(Carriers.OfWord(s_word, s_mean), SparseCode.FromDense(picture)));
    }
}
