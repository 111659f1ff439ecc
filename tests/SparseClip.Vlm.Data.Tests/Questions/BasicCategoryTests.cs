using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Questions;

namespace SparseClip.Vlm.Data.Tests.Questions;

public sealed class BasicCategoryTests
{
    private readonly BasicCategory _categories = new(new Relations());

    [Theory]
    [InlineData("beagle", "animal")]
    [InlineData("lemon", "fruit")]
    [InlineData("anorak", "piece of clothing")]
    [InlineData("gizmo", null)]
    public void The_category_is_the_nearest_word_that_people_sort_by(string label, string? category) => Assert.Equal(category, _categories.Of(label));

    [Theory]
    [InlineData("beagle", "hound", "dog")]
    [InlineData("lemon", "citrus", "citrus fruit", "fruit")]
    [InlineData("gizmo")]
    public void People_call_a_thing_by_wider_words_below_those_that_sort(string label, params string[] names) => Assert.Equal(names.Order(), _categories.BasicNames(label).Order());

    private sealed class Relations : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string label) => label switch
        {
            "beagle" => ["hound", "dog", "carnivore", "mammal", "animal"],
            "lemon" => ["citrus", "citrus fruit", "produce", "food"],
            "anorak" => ["garment", "clothing"],
            _ => [],
        };

        public IReadOnlyList<string> SynonymsOf(string label) => [];
    }
}
