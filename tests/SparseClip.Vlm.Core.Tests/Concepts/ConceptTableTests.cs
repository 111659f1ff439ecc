using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public class ConceptTableTests
{
    private const int Dimension = 30;
    private static readonly AttributeFeatures s_attributes = new(15);
    private static readonly Concept s_dog = new("dog", SparseCode.FromSorted(Dimension, [1, 2], [8f, 4f]), -4, 0.01f)
    {
        Synonyms = ["hound"], Wider = ["animal"], Evidence = new ConceptEvidence(0.97f, 20, 500),
    };

    private static readonly Concept s_animal = new("animal", SparseCode.FromSorted(Dimension, [1, 3], [9f, 9f]), -3, 0.3f);
    private static readonly Concept s_red = new("red", SparseCode.FromSorted(Dimension, [15], [6f]), -3, 0.25f);
    private static readonly Concept s_hotDog = new("hot dog", SparseCode.FromSorted(Dimension, [4], [8f]), -4, 0.01f);
    private static readonly ConceptTable s_table = new([s_animal, s_dog, s_hotDog, s_red], s_attributes);

    [Fact]
    public void What_a_picture_shows_comes_by_how_much_the_picture_says_it_and_not_by_how_usual_it_is()
    {
        var shown = s_table.Shown(SparseCode.FromSorted(Dimension, [1], [2f]), 10, 0.5f);

        Assert.Equal(["dog", "animal"], shown.Select(active => active.Concept.Word));
        Assert.Equal(1 / (1 + MathF.Exp(-4)), shown[0].Probability, 1e-5f);
        Assert.True(shown[1].Probability > shown[0].Probability);
    }

    [Fact]
    public void Colours_count_by_their_share_and_make_no_other_concept_less_likely()
    {
        var dog = SparseCode.FromSorted(Dimension, [1, 2], [3f, 4f]);
        var redDog = SparseCode.FromSorted(Dimension, [1, 2, 15], [3f, 4f, 2f]);

        Assert.Equal(s_table.In(s_dog, dog).Probability, s_table.In(s_dog, redDog).Probability);
        Assert.Equal(1 / (1 + MathF.Exp(-9)), s_table.In(s_red, redDog).Probability, 1e-5f);
    }

    [Fact]
    public void Colours_come_behind_things() =>
        Assert.Equal(["dog", "animal", "red"], s_table.Shown(SparseCode.FromSorted(Dimension, [1, 15], [2f, 9f]), 10, 0.5f).Select(active => active.Concept.Word));

    [Fact]
    public void The_mean_of_a_concepts_map_is_what_its_features_contribute_and_absent_features_leave_it_alone()
    {
        var code = SparseCode.FromSorted(Dimension, [1, 9], [3f, 4f]);
        // All of what the first patch has is feature 1, the second has as much among much else, and the last has one that the whole lacks.
        SparseCode[] patches = [Patch([1], [6f]), Patch([1, 9], [6f, 8f]), Patch([9], [1f]), Patch([2], [2f])];

        var map = s_table.Map(s_dog, new ImageCode(code, patches, 2, 2));

        Assert.Equal(map[0] * 0.6f, map[1], 1e-5f);
        Assert.Equal([0, 0], map[2..]);
        Assert.Equal(s_table.Parts(s_dog, code).Sum(part => part.Score), map.Average(), 1e-5f);

        static SparseCode Patch(int[] features, float[] values) => SparseCode.FromSorted(Dimension, features, values);
    }

    [Fact]
    public void Of_what_is_as_likely_the_nearer_word_comes_first_and_no_more_likely_for_it()
    {
        Concept Near(string word, float nearness) => s_dog with { Word = word, Synonyms = [], Text = SparseCode.FromSorted(Dimension, [1], [nearness]) };
        var table = new ConceptTable([Near("beagle", 0.2f), Near("pug", 0.9f), Near("whippet", 0.5f)], s_attributes);
        var code = SparseCode.FromSorted(Dimension, [1], [3f]);

        var shown = table.Shown(code, 10, 0);

        Assert.Equal(["pug", "whippet", "beagle"], shown.Select(active => active.Concept.Word));
        Assert.Single(shown.Select(active => active.Probability).Distinct());
        Assert.Equal(shown, shown.Select(active => table.In(active.Concept, code)));
    }

    [Fact]
    public void Where_nothing_is_likely_the_best_guess_is_listed_and_colours_are_no_guess()
    {
        var faint = SparseCode.FromSorted(Dimension, [1, 4, 9, 15], [1f, 1f, 6f, 2f]); // log odds of a dog -2.7, of a hot dog likewise, of an animal -1.5
        Assert.Equal(["dog", "red"], s_table.Listed(faint, 10).Select(active => active.Concept.Word));
        Assert.True(s_table.In(s_dog, faint).Probability < ConceptTable.LeastListed);
        Assert.DoesNotContain("hot dog", s_table.Listed(SparseCode.FromSorted(Dimension, [1, 2, 4], [2f, 2f, 1f]), 10).Select(active => active.Concept.Word));
    }

    [Fact]
    public void An_edit_tells_what_it_moved_the_most_first_and_nothing_else()
    {
        var before = SparseCode.FromSorted(Dimension, [1, 4], [2f, 2f]);
        var after = SparseCode.FromSorted(Dimension, [4], [2f]);

        var moved = s_table.Changed(before, after, 10);

        Assert.Equal(["animal", "dog", "hot dog"], moved.Select(change => change.Concept.Word).Order(StringComparer.Ordinal));
        Assert.Equal(moved.OrderByDescending(change => MathF.Abs(change.After - change.Before)), moved);
        Assert.All(moved, change => Assert.Equal((s_table.In(change.Concept, before).Probability, s_table.In(change.Concept, after).Probability), (change.Before, change.After)));
        Assert.Equal(moved.Take(1), s_table.Changed(before, after, 1));
        Assert.Empty(s_table.Changed(before, before, 10));
    }

    [Fact]
    public void What_features_contribute_adds_up_to_the_log_odds()
    {
        var code = SparseCode.FromSorted(Dimension, [1, 2, 9], [3f, 4f, 12f]);

        var parts = s_table.Parts(s_dog, code);

        Assert.Equal([1, 2], parts.Select(part => part.Feature));
        var odds = s_dog.Offset + parts.Sum(part => part.Score);
        Assert.Equal(1 / (1 + MathF.Exp(-odds)), s_table.In(s_dog, code).Probability, 1e-5f);
        Assert.Equal((8f * 3 / 13) + (4f * 4 / 13), parts.Sum(part => part.Score), 1e-4f);
    }

    [Theory]
    [InlineData("dog", "dog")]
    [InlineData("A Dog", "dog")]
    [InlineData("dogs", "dog")]
    [InlineData("hound", "dog")]
    [InlineData("the hot dog", "hot dog")]
    [InlineData("xqzvwk", null)]
    [InlineData("", null)]
    public void A_word_finds_its_concept(string word, string? found) => Assert.Equal(found, s_table.Find(word)?.Word);

    [Fact]
    public void A_search_gives_the_word_itself_before_others_that_contain_it()
    {
        Assert.Equal(["dog", "hot dog"], s_table.Search("dog", 10).Select(concept => concept.Word));
        Assert.Equal(["animal"], s_table.Search("ani", 10).Select(concept => concept.Word));
        Assert.Empty(s_table.Search("qqq", 10));
        Assert.Empty(s_table.Search(" ", 10));
    }

    [Fact]
    public void Of_nothing_nothing_is_shown() => Assert.Empty(s_table.Shown(SparseCode.FromDense(new float[Dimension]), 10, 0));
}
