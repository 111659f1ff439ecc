using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Wording;

namespace SparseClip.Vlm.Core.Tests.Wording;

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
        var words = s_words.Of(Picture([1f, 2f]));

        Assert.Equal([new SeenWord("umbrella", 0.89f)], words);
        Assert.Equal("The picture shows an umbrella.", s_words.Say(words));
    }

    [Fact]
    public void A_code_that_is_like_no_concept_is_not_put_into_words()
    {
        Assert.Empty(s_words.Of(Picture([])));
        Assert.Empty(s_words.Of(Picture([0.1f, 0f, .. Enumerable.Repeat(1f, 38)])));
        Assert.Null(s_words.Say([]));
    }

    [Fact]
    public void A_list_has_the_nearest_of_the_whole_and_then_what_is_nearest_in_a_part_alone()
    {
        string[] names = ["dog", "wolf", "fox", "cat", "sofa", "lamp", "tree"];
        var words = new PictureWords(new ConceptIndex([.. names.Select((name, i) => new ConceptCode(name, One(i)))]), isList: true);
        var whole = SparseCode.FromDense([5f, 4f, 3f, 2f, 1f, 0f, 0f, 0f]);

        var seen = words.Of(new ImageCode(whole, [One(0), One(4), One(5), One(4)], 2, 2));

        Assert.Equal([("dog", false), ("wolf", false), ("fox", false), ("cat", false), ("lamp", true), ("sofa", true)], seen.Select(word => (word.Word, word.IsOfPart)));
        Assert.Equal("Seen: dog 67, wolf 54, fox 40, cat 27. In parts: lamp 100, sofa 100.", words.Say(seen));

        static SparseCode One(int feature) => SparseCode.FromSorted(8, [feature], [1f]);
    }

    [Fact]
    public void What_all_parts_show_is_said_once()
    {
        var words = new PictureWords(new ConceptIndex([new("dog", SparseCode.FromSorted(40, [0], [1f]))]), isList: true);
        Assert.Equal("Seen: dog 100.", words.Say(words.Of(Picture([2f]))));
    }

    private static ImageCode Picture(float[] values)
    {
        var dense = new float[40];
        values.CopyTo(dense, 0);
        var pooled = SparseCode.FromDense(dense);
        return new ImageCode(pooled, [pooled], 1, 1);
    }
}
