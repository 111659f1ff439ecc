using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
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
    public void A_concept_that_a_person_taught_is_said_before_others_where_the_code_shows_it()
    {
        var pet = new Concept("my pet", SparseCode.FromSorted(40, [0, 2], [8f, 6f]), -3, 0.001f) { Teaching = new Teaching(1, DateTimeOffset.UnixEpoch, new string('a', 64)) };
        var words = s_words.With(new ConceptTable([pet], null));

        Assert.Equal("The picture shows my pet.", words.Say(words.Of(Picture([4f, 0f, 3f]))));
        Assert.Equal("umbrella", words.Of(Picture([0f, 2f])).Single().Word);
        Assert.Equal("dog", s_words.Of(Picture([4f, 0f, 3f])).Single().Word);
    }

    [Fact]
    public void In_a_list_it_takes_the_place_of_the_words_for_the_same_thing()
    {
        var pet = new Concept("my pet", SparseCode.FromSorted(8, [0, 7], [8f, 6f]), -3, 0.001f) { Teaching = new Teaching(1, DateTimeOffset.UnixEpoch, new string('a', 64)) };
        var words = Words("dog", "wolf", "sofa").With(new ConceptTable([pet], null));

        var pooled = SparseCode.FromDense([4f, 3f, 0f, 0f, 0f, 0f, 0f, 3f]);
        var seen = words.Of(new ImageCode(pooled, [pooled], 1, 1));

        Assert.Equal([("my pet", Standing.Whole), ("wolf", Standing.Maybe)], seen.Select(word => (word.Word, word.As)));
        Assert.Equal(0.86f, seen[0].Confidence, 0.01f);
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
        Assert.StartsWith("Seen: dog 67. In parts: sofa ", words.Say(seen), StringComparison.Ordinal);
        Assert.Contains(". Maybe: wolf 54, fox 40, cat 27. Places: dog ", words.Say(seen), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_words_that_are_as_near_either_may_be_the_nearest()
    {
        var words = Words("dog", "wolf", "fox");
        var code = SparseCode.FromDense([5f, 4.9f, 3f, 0f, 0f, 0f, 0f, 0f]);
        Assert.Equal("Seen: dog 66, wolf 64. Maybe: fox 39.", words.Say(words.Of(new ImageCode(code, [code], 1, 1))));
    }

    [Theory]
    [InlineData(new[] { 0, 4, 0, 4 }, "Seen: dog 69. In parts: sofa 100. Places: dog left of sofa; sofa right of dog.")]
    [InlineData(new[] { 4, 0, 4, 0 }, "Seen: dog 69. In parts: sofa 100. Places: dog right of sofa; sofa left of dog.")]
    [InlineData(new[] { 0, 0, 4, 4 }, "Seen: dog 69. In parts: sofa 100. Places: dog above sofa; sofa below dog.")]
    [InlineData(new[] { 4, 4, 0, 0 }, "Seen: dog 69. In parts: sofa 100. Places: dog below sofa; sofa above dog.")]
    [InlineData(new[] { 4, 0, 0, 4 }, "Seen: dog 69. In parts: sofa 100.")]
    public void How_two_things_stand_to_each_other_is_said(int[] patches, string expected)
    {
        var words = Words("dog", "wolf", "fox", "cat", "sofa");
        var pooled = SparseCode.FromDense([5f, 0f, 0f, 0f, 1f, 5.2f, 0f, 0f]);
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
        Assert.DoesNotContain(words.Of(With([0f, 0f, 3f, 0f, 0f, 0f, 0f, 7f])), word => word.As == Standing.Part); // nearer than 0.21, less than 0.45 of the dog's
        Assert.DoesNotContain(words.Of(With([0f, 0f, 3f, 0f, 0f, 0f, 0f, 4f], sofa: 0.1f)), word => word.As == Standing.Part); // the whole has next to nothing of it

        static ImageCode With(float[] part, float sofa = 0.6f) => new(SparseCode.FromDense([5f, 0f, sofa, 0f, 0f, 0f, 0f, 0.5f]), [SparseCode.FromDense(part)], 1, 1);
    }

    [Theory]
    [InlineData("How many wolves are there?", "Seen: dog 66, wolf 53.")] // another word for what is seen
    [InlineData("Is there a Lamp?", "Seen: dog 66.")] // not there
    [InlineData("What colour is it?", "Seen: dog 66.")]
    [InlineData("Is the fox beside the wolf?", "Seen: wolf 53, fox 44.")]
    [InlineData("Is the picture of a cat?", "Seen: dog 66.")] // too far
    public void What_is_asked_for_and_near_enough_is_among_what_is_seen(string question, string expected)
    {
        var words = Words("dog", "wolf", "fox", "cat", "sofa", "lamp");
        var code = SparseCode.FromDense([5f, 4f, 3.3f, 2f, 1f, 0f, 0f, 0f]);
        var said = words.Say([.. words.Of(new ImageCode(code, [code], 1, 1), ["What is this?", question]).Where(word => word.As != Standing.Maybe)]);
        Assert.Equal(expected, said);
    }

    [Theory]
    [InlineData("wolf", "wolf")]
    [InlineData("fox", "fox")]
    [InlineData("cat", "dog")] // the code has next to nothing of it
    [InlineData("red", "dog")]
    public void What_edits_put_in_takes_the_place_of_other_words_for_it(string raised, string first)
    {
        var words = new PictureWords(new ConceptIndex([new("dog", Kin(0)), new("wolf", Kin(1)), new("fox", Kin(2)), new("cat", One(4)), new("red", Kin(5))]), isList: true);
        var code = SparseCode.FromDense([5f, 4f, 3.5f, 6f, 0.5f, 0f, 0f, 0f]);
        var seen = words.Of(new ImageCode(code, [code], 1, 1), null, [raised]);
        Assert.Equal(first, seen[0].Word);
        Assert.Equal(first == "dog", seen.Any(word => word is { Word: "dog", As: not Standing.Part }));

        static SparseCode Kin(int feature) => SparseCode.FromDense([.. Enumerable.Range(0, 8).Select(i => i == feature ? 0.8f : i == 3 ? 0.6f : 0f)]);
    }

    [Fact]
    public void What_is_asked_for_is_seen_in_the_rest_of_the_picture_rather_than_something_else()
    {
        var words = Words("dog", "wolf", "fox", "cat", "sofa", "couch");
        var pooled = SparseCode.FromDense([5f, 0f, 0f, 0f, 0.6f, 0.6f, 0f, 0f]);
        var sofa = SparseCode.FromDense([0f, 0f, 0f, 0f, 3f, 2f, 0f, 0f]);
        Assert.Equal(["sofa"], Parts("What is this?"));
        Assert.Equal(["couch"], Parts("Where is the couch?"));
        Assert.Equal(["sofa"], Parts("Where is the cat?"));

        IEnumerable<string> Parts(string question) => words.Of(new ImageCode(pooled, [One(0), sofa, sofa, sofa], 2, 2), [question]).Where(word => word.As == Standing.Part).Select(word => word.Word);
    }

    [Fact]
    public void What_all_parts_show_is_said_once()
    {
        var words = new PictureWords(new ConceptIndex([new("dog", SparseCode.FromSorted(40, [0], [1f]))]), isList: true);
        Assert.Equal("Seen: dog 100.", words.Say(words.Of(Picture([2f]))));
    }

    [Fact]
    public void The_colour_of_what_is_in_the_middle_is_said_and_not_that_of_what_is_behind_it() =>
        Assert.Equal("Seen: dog 100 red. Number: three.", Say(With(0, i => IsMiddle(i) ? [("red", 2f), ("white", 3f)] : [("white", 5f)], count: 3)));

    [Fact]
    public void A_thing_that_fills_the_picture_has_the_colour_that_there_is_most_of() =>
        Assert.Equal("Seen: dog 100 brown.", Say(With(0, i => i % 3 == 0 ? [("brown", 3f), ("black", 0.3f)] : [("brown", 1f), ("black", 0.2f)])));

    [Fact]
    public void A_colour_that_is_set_everywhere_is_the_things_as_well() =>
        Assert.Equal("Seen: dog 100 blue.", Say(With(0, i => [("blue", 5f), .. IsMiddle(i) ? new[] { ("red", 2f) } : [("white", 4f)]])));

    [Fact]
    public void Each_of_two_things_has_the_colour_of_its_side() =>
        Assert.Equal(
            "Seen: dog 71 red, cat 71 green. Places: dog left of cat; cat right of dog. Number: two.",
            Say(With(null, i => i % 6 < 3 ? [("red", 3f), ("white", 3f)] : [("green", 3f), ("white", 3f)], count: 2)));

    [Fact]
    public void Of_two_things_there_is_one_each_where_the_code_tells_two()
    {
        Assert.EndsWith("Number: two.", Say(With(null, _ => [], count: 2)), StringComparison.Ordinal);
        Assert.EndsWith("Number: three.", Say(With(null, _ => [], count: 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_word_fits_no_attribute_is_said() =>
        Assert.Empty(new PictureWords(new ConceptIndex([new("dog", Of(0, 30))]), isList: true, new AttributeFeatures(2)).Of(new ImageCode(Of(13, 30), [Of(13, 30)], 1, 1)));

    [Fact]
    public void No_colour_is_said_where_none_stands_out() => Assert.Equal("Seen: dog 100. Number: one.", Say(With(0, _ => [("red", 0.2f)], count: 1)));

    private static bool IsMiddle(int patch) => patch / 6 is > 0 and < 5 && patch % 6 is > 0 and < 5;

    private static string Say(ImageCode code)
    {
        var words = new PictureWords(new ConceptIndex([new("dog", Of(0, 30)), new("cat", Of(1, 30))]), isList: true, new AttributeFeatures(2));
        return words.Say(words.Of(code))!;
    }

    /// <summary>A dog, a cat or, for null, a dog on the left and a cat on the right, on 6 x 6 patches. The pooled code has no colours, so that nearness stays plain.</summary>
    private static ImageCode With(int? thing, Func<int, (string Colour, float Value)[]> colours, int? count = null)
    {
        var attributes = new AttributeFeatures(2);
        var patches = Enumerable.Range(0, 36).Select(i =>
        {
            var patch = new float[30];
            patch[thing ?? (i % 6 < 3 ? 0 : 1)] = 4;
            foreach (var (colour, value) in colours(i))
            {
                patch[attributes.Colour(ColourNames.All.ToList().IndexOf(colour))] += value;
            }

            return SparseCode.FromDense(patch);
        });
        var pooled = new float[30];
        pooled[thing ?? 0] = pooled[thing ?? 1] = 100;
        if (count is { } number)
        {
            pooled[attributes.Number(number)] = 1;
        }

        return new ImageCode(SparseCode.FromDense(pooled), [.. patches], 6, 6);
    }

    private static SparseCode Of(int feature, int dimension) => SparseCode.FromSorted(dimension, [feature], [1f]);

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
