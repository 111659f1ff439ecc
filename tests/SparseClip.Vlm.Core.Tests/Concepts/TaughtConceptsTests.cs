using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public sealed class TaughtConceptsTests
{
    private static readonly string s_tower = new('a', 64);
    private static readonly ConceptTable s_bundled = new([new Concept("dog", SparseCode.FromSorted(9, [1], [5f]), -3, 0.01f) { Synonyms = ["hound"] }], null);

    [Fact]
    public void Concepts_of_the_tower_join_the_table_and_stand_first()
    {
        var taught = TaughtConcepts.Of([Taught("my mug", s_tower)], s_bundled, s_tower, 9, null);

        Assert.Empty(taught.Refused);
        Assert.Equal(["my mug", "dog"], taught.Table!.All.Select(concept => concept.Word));
        Assert.Equal("my mug", Assert.Single(taught.Table.Taught).Word);
        Assert.Equal(["my mug"], TaughtConcepts.Of([Taught("my mug", s_tower)], null, s_tower, 9, null).Table!.All.Select(concept => concept.Word));
        Assert.Null(TaughtConcepts.Of([], null, s_tower, 9, null).Table);
    }

    [Fact]
    public void Concepts_of_another_tower_and_those_that_the_model_has_itself_are_refused_with_the_reason()
    {
        var taught = TaughtConcepts.Of([Taught("my mug", new string('b', 64)), Taught("hound", s_tower)], s_bundled, s_tower, 9, null);

        Assert.Equal(["dog"], taught.Table!.All.Select(concept => concept.Word));
        Assert.Equal(["my mug", "hound"], taught.Refused.Select(refused => refused.Concept.Word));
        Assert.Contains("another tower (bbbbbbbbbbbb…", taught.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Contains("itself now has 'dog'", taught.Refused[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_free_taken_or_makes_way()
    {
        var table = TaughtConcepts.Of([Taught("mug", s_tower)], s_bundled, s_tower, 9, null).Table;

        Assert.Null(ConceptWords.Conflict("zork", table, isReplacing: false));
        Assert.Null(ConceptWords.Conflict("mug", null, isReplacing: false));
        Assert.Null(ConceptWords.Conflict("mug", table, isReplacing: true));
        Assert.Contains("taught already", ConceptWords.Conflict("mug", table, isReplacing: false), StringComparison.Ordinal);
        Assert.Contains("'mug' was taught", ConceptWords.Conflict("mugs", table, isReplacing: true), StringComparison.Ordinal);
        Assert.Contains("'my hound'", ConceptWords.Conflict("hound", table, isReplacing: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  The Mug ", "mug", null)]
    [InlineData("", "", "1 to 80")]
    [InlineData("the", "the", null)]
    [InlineData("12", "12", "a letter")]
    [InlineData("dog (2)", "dog (2)", "number in brackets")]
    [InlineData("a|b", "a|b", "<, > and |")]
    public void A_word_becomes_a_name_or_is_refused(string text, string name, string? problem)
    {
        Assert.Equal(name, ConceptWords.Of(text));
        Assert.True(problem is null ? ConceptWords.TeachingProblem(name) is null : ConceptWords.TeachingProblem(name)!.Contains(problem, StringComparison.Ordinal));
    }

    private static Concept Taught(string word, string tower) => new(word, SparseCode.FromSorted(9, [2], [5f]), -3, 0.001f) { Teaching = new Teaching(1, DateTimeOffset.UnixEpoch, tower) };
}
