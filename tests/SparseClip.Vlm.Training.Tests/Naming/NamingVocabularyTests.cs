using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Tests.Naming;

public class NamingVocabularyTests
{
    [Fact]
    public void Words_are_labels_and_tags_of_training_pictures_and_class_names_each_once()
    {
        var words = NamingVocabulary.Words(
            [
                Entry("Dog", "train", ["pet", "1f436", "a very long tag of six words"]),
                Entry("dog", "train", ["pet"]),
                Entry("unicorn", "validation", []),
            ],
            wordNet: null,
            classes: ["tench", "dog"]);
        Assert.Equal(["dog", "pet", "tench"], words);
    }

    private static CatalogueEntry Entry(string label, string split, string[] tags) =>
        new("key", "icon", "noto", "noto", "package", "item", label, tags, "Animals", null, true, "Apache-2.0", split, "noto-0000.tar");
}
