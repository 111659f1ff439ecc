using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Inference.Wording;

namespace SparseClip.Vlm.Inference.Tests.Wording;

public sealed class PictureWordsTests
{
    private static readonly PictureWords s_words = new(new ConceptIndex(
    [
        new("dog", SparseCode.FromSorted(40, [0], [1f])),
        new("umbrella", SparseCode.FromSorted(40, [1], [1f])),
    ]));

    [Fact]
    public void The_nearest_concept_of_the_whole_is_said()
    {
        Assert.Equal(["umbrella"], s_words.Of(Picture([1f, 2f])));
        Assert.Equal("The picture shows an umbrella.", PictureWords.Sentence(["umbrella"]));
    }

    [Fact]
    public void A_code_that_is_like_no_concept_is_not_put_into_words()
    {
        Assert.Empty(s_words.Of(Picture([])));
        Assert.Empty(s_words.Of(Picture([0.1f, 0f, .. Enumerable.Repeat(1f, 38)])));
        Assert.Null(PictureWords.Sentence([]));
    }

    private static ImageCode Picture(float[] values)
    {
        var dense = new float[40];
        values.CopyTo(dense, 0);
        var pooled = SparseCode.FromDense(dense);
        return new ImageCode(pooled, [pooled], 1, 1);
    }
}
