using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Questions;


namespace SparseClip.Vlm.Data.Tests.Lexicon;

public class WordNetTests
{
    private static readonly WordNet s_wordNet = WordNet.Load(DataFixtures.WordNetFolder);

    [Fact]
    public void A_word_has_its_meanings_the_most_usual_first()
    {
        IReadOnlyList<Synset> dog = s_wordNet.SynsetsOf("dog");

        Assert.Equal([100001, 100003], dog.Select(s => s.Offset));
        Assert.Equal(["dog", "domestic dog", "Canis familiaris"], dog[0].Lemmas);
        Assert.Equal("an animal that barks; \"the dog sleeps\"", dog[0].Gloss);
        Assert.Equal([4258], dog[0].HypernymOffsets);
    }

    [Theory]
    [InlineData("living thing")]
    [InlineData("living_thing")]
    [InlineData("Living Thing")]
    public void Case_and_underscores_do_not_matter(string lemma) => Assert.Single(s_wordNet.SynsetsOf(lemma));

    [Fact]
    public void An_unknown_word_has_no_meanings() => Assert.Empty(s_wordNet.SynsetsOf("qwerty"));

    [Fact]
    public void Word_counts_are_hexadecimal_and_instances_count_as_kinds()
    {
        Synset ship = Assert.Single(s_wordNet.SynsetsOf("Old Ironsides"));

        Assert.Equal(11, ship.Lemmas.Count);
        Assert.Equal([21939], ship.HypernymOffsets);
    }

    [Fact]
    public void Things_are_physical_and_feelings_are_not()
    {
        Assert.True(s_wordNet.IsPhysical(s_wordNet.SynsetsOf("puppy")[0]));
        Assert.False(s_wordNet.IsPhysical(s_wordNet.SynsetsOf("joy")[0]));
    }

    [Theory]
    [InlineData("dogs", "dog")]
    [InlineData("cherries", "cherry")]
    [InlineData("doggen", "dog")]
    [InlineData("dog", "dog")]
    [InlineData("qwertys", null)]
    public void Inflected_nouns_lead_to_their_base_form(string word, string? expected) => Assert.Equal(expected, s_wordNet.NounOf(word));

    [Fact]
    public void A_missing_file_is_named_with_what_to_do()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<WordNetException>(() => WordNet.Load(folder.Path));

        Assert.Contains("data.noun", error.Message, StringComparison.Ordinal);
        Assert.Contains("sparseclip data build", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_cut_off_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("data.noun"), "  1 note\n00001740 03 n 02 entity 0\n");
        File.WriteAllText(folder.File("index.noun"), "");

        var error = Assert.Throws<WordNetException>(() => WordNet.Load(folder.Path));

        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }
}
