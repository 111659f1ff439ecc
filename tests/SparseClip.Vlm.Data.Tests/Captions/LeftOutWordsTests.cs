using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Tests.Shared;


namespace SparseClip.Vlm.Data.Tests.Captions;

public sealed class LeftOutWordsTests
{
    [Fact]
    public void About_an_eighth_of_the_one_word_tags_is_left_out_and_no_word_of_a_label()
    {
        var tags = Enumerable.Range(0, 400).Select(i => $"tag{(char)('a' + (i / 26))}{(char)('a' + (i % 26))}").ToArray();
        CatalogueEntry[] entries = [Entry("one " + tags[7], [.. tags, "two words", "1f436"]), Entry("two", [])];

        var words = LeftOutWords.Of(entries);

        Assert.InRange(words.Words.Count, 30, 70);
        Assert.DoesNotContain(tags[7], words.Words);
        Assert.All(words.Words, word => Assert.Contains(word, tags));
        Assert.True(words.OccurIn($"a picture of a {words.Words[0]}, something"));
        Assert.False(words.OccurIn($"a picture of {words.Words[0]}s"));
        Assert.Equal(words.Words, LeftOutWords.Of(entries.Reverse()).Words);
    }

    [Fact]
    public void No_caption_has_a_left_out_word()
    {
        using var folder = new TinyDataFolder();
        using var index = ShardIndex.Open(folder.Path, TestContext.Current.CancellationToken);
        var words = LeftOutWords.Of(index.Items.Select(item => item.Entry));
        Assert.NotEmpty(words.Words);
        using var loader = ClipBatchLoader.Open(
            folder.Path, new ClipLoaderOptions { Size = 32, Icons = 30, Scenes = 4, Photos = 8, Extras = 0 }, cancellationToken: TestContext.Current.CancellationToken);
        for (var step = 0; step < 20; step++)
        {
            using var batch = loader.Make(step, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(batch.Captions, words.OccurIn);
        }
    }

    [Fact]
    public void Captions_also_use_other_words_for_the_thing_but_none_that_is_left_out()
    {
        var entries = Enumerable.Range(0, 60).Select(i => Entry("thing", [$"word{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}"])).ToArray();
        var leftOut = LeftOutWords.Of(entries);
        var writer = new CaptionWriter(new Relations(leftOut.Words[0]), leftOut);
        var random = new SeededRandom(1);

        var seen = Enumerable.Range(0, 3000).Select(_ => writer.Write("thing", [], random)).ToHashSet();

        Assert.Contains("a picture of a gadget", seen);
        Assert.Contains("a picture of a device", seen);
        Assert.DoesNotContain(seen, leftOut.OccurIn);
    }

    private static CatalogueEntry Entry(string label, IReadOnlyList<string> tags) =>
        new("key", "icon", "set", "set", "set-1.0", "item", label, tags, "Objects", null, true, "CC0-1.0", "train", "set-0000.tar");

    private sealed class Relations(string leftOut) : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string label) => ["device", leftOut];

        public IReadOnlyList<string> SynonymsOf(string label) => ["gadget", leftOut];
    }
}
