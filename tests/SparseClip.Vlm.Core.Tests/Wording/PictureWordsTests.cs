using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pipeline;
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
    public void A_list_says_what_the_whole_shows_then_what_a_part_shows_and_then_what_else_it_may_be()
    {
        var words = Words("dog", "wolf", "fox", "cat", "sofa", "lamp", "tree");
        var seen = words.Of(new ImageCode(SparseCode.FromDense([5f, 4f, 3f, 2f, 1f, 0f, 0f, 0f]), [One(0), One(4), One(4), One(4)], 2, 2));

        Assert.Equal(
            [("dog", Standing.Whole), ("sofa", Standing.Part), ("wolf", Standing.Maybe), ("fox", Standing.Maybe), ("cat", Standing.Maybe)], seen.Select(word => (word.Word, word.As)));
        Assert.StartsWith("Seen: dog 67 ", words.Say(seen), StringComparison.Ordinal);
        Assert.EndsWith(". Maybe: wolf 54, fox 40, cat 27.", words.Say(seen), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_words_that_are_as_near_either_may_be_the_nearest()
    {
        var words = Words("dog", "wolf", "fox");
        var code = SparseCode.FromDense([5f, 4.9f, 3f, 0f, 0f, 0f, 0f, 0f]);
        Assert.Equal("Seen: dog 66, wolf 64. Maybe: fox 39.", words.Say(words.Of(new ImageCode(code, [code], 1, 1))));
    }

    [Theory]
    [InlineData(new[] { 0, 4, 0, 4 }, "Seen: dog 69 left. In parts: sofa 100 right.")]
    [InlineData(new[] { 4, 0, 4, 0 }, "Seen: dog 69 right. In parts: sofa 100 left.")]
    [InlineData(new[] { 0, 0, 4, 4 }, "Seen: dog 69 top. In parts: sofa 100 bottom.")]
    [InlineData(new[] { 4, 4, 0, 0 }, "Seen: dog 69 bottom. In parts: sofa 100 top.")]
    [InlineData(new[] { 4, 0, 0, 4 }, "Seen: dog 69. In parts: sofa 100.")]
    public void How_two_things_stand_to_each_other_is_said(int[] patches, string expected)
    {
        var words = Words("dog", "wolf", "fox", "cat", "sofa");
        var pooled = SparseCode.FromDense([5f, 0f, 0f, 0f, 0.1f, 5.2f, 0f, 0f]);
        var seen = words.Of(new ImageCode(pooled, [.. patches.Select(One)], 2, 2)).Where(word => word.As != Standing.Maybe).ToList();
        Assert.Equal(expected, words.Say(seen));
    }

    [Fact]
    public void What_a_part_shows_faintly_or_as_the_whole_does_is_not_said_of_it()
    {
        var words = new PictureWords(
            new ConceptIndex([new("dog", One(0)), new("puppy", SparseCode.FromSorted(8, [0, 1], [0.8f, 0.6f])), new("sofa", One(2)), new("lamp", One(3))]), isList: true);
        Assert.DoesNotContain(words.Of(With([1f, 3f, 0f, 0f, 0f, 0f, 0f, 0f])), word => word.As == Standing.Part); // a puppy is what a dog is
        Assert.Contains(words.Of(With([0f, 0f, 3f, 0f, 0f, 0f, 0f, 4f])), word => word is { As: Standing.Part, Word: "sofa" });
        Assert.DoesNotContain(words.Of(With([0f, 0f, 3f, 0f, 0f, 0f, 0f, 7f])), word => word.As == Standing.Part); // nearer than 0.25, less than 0.55 of the dog's

        static ImageCode With(float[] part) => new(SparseCode.FromDense([5f, 0f, 0f, 0f, 0f, 0f, 0f, 0.5f]), [SparseCode.FromDense(part)], 1, 1);
    }

    [Fact]
    public void What_all_parts_show_is_said_once()
    {
        var words = new PictureWords(new ConceptIndex([new("dog", SparseCode.FromSorted(40, [0], [1f]))]), isList: true);
        Assert.Equal("Seen: dog 100.", words.Say(words.Of(Picture([2f]))));
    }

    private static PictureWords Words(params string[] names) => new(new ConceptIndex([.. names.Select((name, i) => new ConceptCode(name, One(i)))]), isList: true);

    private static SparseCode One(int feature) => SparseCode.FromSorted(8, [feature], [1f]);

    private static ImageCode Picture(float[] values)
    {
        var dense = new float[40];
        values.CopyTo(dense, 0);
        var pooled = SparseCode.FromDense(dense);
        return new ImageCode(pooled, [pooled], 1, 1);
    }
}
