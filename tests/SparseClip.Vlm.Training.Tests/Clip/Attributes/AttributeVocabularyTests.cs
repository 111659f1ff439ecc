using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Training.Clip.Attributes;

namespace SparseClip.Vlm.Training.Tests.Clip.Attributes;

public sealed class AttributeVocabularyTests
{
    [Fact]
    public void Words_that_say_a_colour_or_a_number_and_those_of_other_splits_are_none_of_it()
    {
        var vocabulary = AttributeVocabulary.Of(
        [
            Entry("car", true, "train", ["vehicle", "red", "two wheels"]), Entry("red apple", true, "train", ["fruit"]), Entry("love", false, "train", []),
            Entry("boat", true, "validation", ["sail"]),
        ]);

        Assert.Equal(["car"], vocabulary.Things);
        Assert.Equal(["fruit", "love", "vehicle"], vocabulary.Others.Order());
    }

    private static CatalogueEntry Entry(string label, bool isConcrete, string split, string[] tags) =>
        new(label, "icon", "noto", "noto", "noto-1.0", label, label, tags, "Objects", null, isConcrete, "CC0-1.0", split, "noto-0000.tar");
}
