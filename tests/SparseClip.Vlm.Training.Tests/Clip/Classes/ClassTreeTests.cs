using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Classes;

namespace SparseClip.Vlm.Training.Tests.Clip.Classes;

public sealed class ClassTreeTests : IDisposable
{
    private readonly TinyWordNet _wordNet = new();
    private readonly ClassTree _tree;

    public ClassTreeTests() => _tree = ClassTree.Of(
        [
            new ClassName("beagle", 2088364, ["beagle"]), new ClassName("pug", 2110958, ["pug", "pug-dog"]), new ClassName("sorrel", 2389026, ["sorrel"]),
            new ClassName("goldfish", 1443537, ["goldfish", "Carassius auratus"]), new ClassName("tench", 1440764, ["tench"]),
        ],
        WordNet.Load(_wordNet.Path),
        word => word is "dog" or "horse" or "fish");

    public void Dispose() => _wordNet.Dispose();

    [Fact]
    public void Kinds_that_people_have_a_word_for_follow_the_classes()
    {
        Assert.Equal(["beagle", "pug", "sorrel", "goldfish", "tench", "dog", "fish"], _tree.Kinds.Select(kind => kind.Words[0]));
        Assert.Equal([0, 1], _tree.Kinds[5].Classes);
        Assert.DoesNotContain(_tree.Words, word => word is "hound" or "animal");
    }

    [Fact]
    public void A_kind_of_one_class_is_a_wider_word_for_it()
    {
        Assert.Equal(["sorrel", "horse"], _tree.Kinds[2].Words);
        Assert.Equal([(2, 1f)], _tree.Meaning("horse"));
    }

    [Fact]
    public void A_word_means_its_own_class_most_and_what_is_above_half_as_much()
    {
        Assert.Equal([(0, 1f), (5, 0.5f)], _tree.Meaning("beagle").Order());
        Assert.Equal([(0, 0.5f / MathF.Sqrt(2)), (1, 0.5f / MathF.Sqrt(2)), (5, 1f)], _tree.Meaning("dog").Order());
        Assert.Equal([(5, 0.5f)], _tree.Meaning("english foxhound")); // no class, but a dog
        Assert.Empty(_tree.Meaning("teapot"));
    }

    [Fact]
    public void Words_that_something_is_said_with_are_names_and_common_words()
    {
        Assert.Equal(["sorrel", "horse"], _tree.Kinds[2].Spoken);
        Assert.Equal(["goldfish"], _tree.Kinds[3].Spoken);
    }
}
