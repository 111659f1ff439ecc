using SparseClip.Vlm.Data.Captions;

namespace SparseClip.Vlm.Data.Tests.Captions;

public class LabelKindsTests
{
    private static readonly Dairy s_relations = new();

    [Theory]
    [InlineData("yoghurt", "dairy product, food")]
    [InlineData("arla natural yoghurt", "yoghurt, yogurt, dairy product, food")]
    [InlineData("arla sour cream", "sour cream, cream, food")]
    [InlineData("red zork", "zork")]
    [InlineData("zork", "")]
    public void A_label_that_no_dictionary_has_is_a_kind_of_its_longest_ending_that_one_has(string label, string kinds) =>
        Assert.Equal(kinds, string.Join(", ", s_relations.KindsOf(label)));

    [Fact]
    public void Without_a_dictionary_it_is_what_its_last_word_says()
    {
        IWordRelations? none = null;
        Assert.Equal(["yoghurt"], none.KindsOf("arla natural yoghurt"));
        Assert.Empty(none.KindsOf("yoghurt"));
    }

    /// <summary>A dictionary of what is in the fridge.</summary>
    private sealed class Dairy : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string label) => label switch { "yoghurt" => ["dairy product", "food"], "sour cream" => ["cream", "food"], "cream" => ["food"], _ => [] };

        public IReadOnlyList<string> SynonymsOf(string label) => label == "yoghurt" ? ["yogurt"] : [];
    }
}
