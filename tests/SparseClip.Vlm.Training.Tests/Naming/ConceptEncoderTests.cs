using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Tests.Naming;

public class ConceptEncoderTests
{
    [Fact]
    public void The_words_are_what_training_pictures_show_and_the_classes_each_once()
    {
        CatalogueEntry[] catalogue = [Entry("Dog", "icon", "train", true), Entry("love", "icon", "train", false), Entry("cat", "photo", "train", null),
            Entry("car", "icon", "validation", true), Entry("pimp", "icon", "train", true)];

        var words = ConceptEncoder.Words(catalogue, ["tench", "dog"]);

        Assert.Equal(["cat", "dog", "tench"], words.Select(word => word.Word).Except(ColourNames.All));
        Assert.Superset(ColourNames.All.ToHashSet(), words.Select(word => word.Word).ToHashSet());
        Assert.All(words, word => Assert.Equal(word.Word is "cat" or "dog", word.Weight > 1));
    }

    [Fact]
    public void A_code_has_length_1_and_a_word_that_activates_nothing_is_left_out()
    {
        var text = new TableEncoder(("nothing", new float[6]));
        var done = new List<int>();

        var concepts = ConceptEncoder.Encode(text, [new("dog", 1.5f), new("nothing", 1), new("cat", 1)], null, new Progress(done.Add), TestContext.Current.CancellationToken).ToList();

        Assert.Equal(["dog", "cat"], concepts.Select(concept => concept.Word));
        Assert.All(concepts, concept => Assert.Equal(1, concept.Code.Values.ToArray().Sum(value => value * value), 1e-5f));
        Assert.Equal(4 / MathF.Sqrt(21), concepts[0].Code[0], 1e-5f);
        Assert.Equal([1.5f, 1f], concepts.Select(concept => concept.Weight));
        Assert.Equal([3], done);
    }

    private static CatalogueEntry Entry(string label, string kind, string split, bool? isConcrete) => new(
        label, kind, "noto", "noto", "noto-1.0", label, label, [], "Objects", null, isConcrete, "CC0-1.0", split, "noto-0000.tar");

    private sealed class Progress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
