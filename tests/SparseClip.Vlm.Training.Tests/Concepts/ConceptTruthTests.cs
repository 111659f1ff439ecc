using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Training.Concepts;

namespace SparseClip.Vlm.Training.Tests.Concepts;

public class ConceptTruthTests
{
    private static readonly string[] s_words = ["dog", "animal", "hot dog", "beagle", "pet", "car", "food"];
    private static readonly ConceptTruth s_truth = new(s_words, ["dog", "beagle", "car", "hot dog"], new Relations());

    [Fact]
    public void A_label_shows_itself_its_kinds_and_what_else_is_tagged()
    {
        var (shown, unknown) = Of("dog", "pet", "puppy", "car");

        Assert.Equal(["animal", "dog", "pet"], shown);
        // Which dog it is is not known, nor what shares a word with it; that it is tagged with another label proves nothing.
        Assert.Equal(["beagle", "car", "hot dog"], unknown);
    }

    [Fact]
    public void A_name_that_has_kinds_of_its_own_is_not_taken_by_its_last_word()
    {
        var (shown, _) = Of("hot dog");
        Assert.Equal(["food", "hot dog"], shown);
    }

    [Fact]
    public void Another_name_that_nothing_is_known_of_is_taken_by_its_last_word() => Assert.Equal(["animal", "dog"], Of("spotted dog").Shown);

    private static (IReadOnlyList<string> Shown, IReadOnlyList<string> Unknown) Of(string label, params string[] tags)
    {
        var (shown, unknown) = s_truth.Of(label, tags);
        return ([.. shown.Select(place => s_words[place]).Order()], [.. unknown.Select(place => s_words[place]).Order()]);
    }

    private sealed class Relations : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string label) => label switch
        {
            "beagle" => ["dog", "animal"],
            "dog" => ["animal"],
            "hot dog" => ["food"],
            _ => [],
        };

        public IReadOnlyList<string> SynonymsOf(string label) => [];
    }
}
