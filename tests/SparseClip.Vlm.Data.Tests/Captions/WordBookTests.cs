using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Tests.Captions;

public sealed class WordBookTests
{
    private static readonly (string Label, IReadOnlyList<string> Tags)[] Pictures =
    [
        ("dog face", ["dog", "Pet", "1f436"]), ("cat", ["pet", "cat"]), ("dog", ["pet"]), ("car", []), ("dog face", ["puppy"]),
    ];

    [Fact]
    public void A_word_comes_with_all_labels_it_can_be_said_of_and_with_itself_where_it_is_one()
    {
        var book = new WordBook(Pictures, null, LeftOutWords.None);

        var said = Enumerable.Range(0, 100).SelectMany(seed => book.Draw(["dog face", "dog", "cat", "car"], 4, new SeededRandom(seed))).ToLookup(word => word.Word);

        Assert.Equal(3, book.Count);
        Assert.Equal(["dog", "pet", "puppy"], said.Select(group => group.Key).Order());
        Assert.All(said["pet"], word => Assert.Equal(["cat", "dog", "dog face"], word.Labels.Order()));
        Assert.All(said["dog"], word => Assert.Equal(["dog", "dog face"], word.Labels.Order()));
        Assert.All(said["puppy"], word => Assert.Equal(["dog face"], word.Labels));
    }

    [Fact]
    public void Only_labels_that_are_asked_about_are_given_and_no_word_twice()
    {
        var book = new WordBook(Pictures, null, LeftOutWords.None);

        Assert.Equal(["cat"], Assert.Single(book.Draw(["cat", "car"], 4, new SeededRandom(1))).Labels);
        Assert.All(Enumerable.Range(0, 50), seed =>
        {
            var words = book.Draw(["dog", "cat", "dog face"], 2, new SeededRandom(seed));
            Assert.InRange(words.Count, 1, 2);
            Assert.Equal(words.Count, words.Select(word => word.Word).Distinct().Count());
        });
        Assert.Empty(book.Draw(["dog"], 0, new SeededRandom(1)));
        Assert.Empty(book.Draw(["car", "unknown"], 4, new SeededRandom(1)));
    }

    [Fact]
    public void Other_and_wider_words_are_in_it_and_left_out_ones_are_not()
    {
        var tags = Enumerable.Range(0, 60).Select(i => $"word{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}").ToArray();
        var leftOut = LeftOutWords.Of([new("key", "icon", "set", "set", "set-1.0", "item", "thing", tags, "Objects", null, true, "CC0-1.0", "train", "set-0000.tar")]);
        Assert.NotEmpty(leftOut.Words);
        var book = new WordBook([("thing", tags)], new Relations(leftOut.Words[0]), leftOut);

        var words = Enumerable.Range(0, 1000).SelectMany(seed => book.Draw(["thing"], 1, new SeededRandom(seed))).Select(word => word.Word).ToHashSet();

        Assert.Equal(60 - leftOut.Words.Count + 2, book.Count);
        Assert.Contains("gadget", words);
        Assert.Contains("device", words);
        Assert.DoesNotContain(words, leftOut.IsLeftOut);
    }

    private sealed class Relations(string leftOut) : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string label) => ["device", leftOut];

        public IReadOnlyList<string> SynonymsOf(string label) => ["gadget", leftOut];
    }
}
