using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Training.Adapter;

namespace SparseClip.Vlm.Training.Tests.Adapter;

public sealed class CodeEditsTests
{
    [Fact]
    public void A_picture_is_never_edited_towards_a_word_that_shares_a_part_with_its_label()
    {
        // The features of a dog are among those of a hot dog: that edit would take out what it is to raise.
        Assert.DoesNotContain(true, Edited("dog", ["dog", "hot dog", "dog-sled"]));
        Assert.DoesNotContain(true, Edited("hot dog", ["dog", "hot dog", "dog-sled"]));
    }

    [Fact]
    public void A_picture_is_edited_towards_another_word() => Assert.Contains(true, Edited("dog", ["dog", "cat"]));

    /// <summary>Whether each of fifty pictures of a label was edited.</summary>
    private static IEnumerable<bool> Edited(string label, string[] words)
    {
        var concepts = ConceptCodes.Encode(new OneFeatureAWord(words), words, TestContext.Current.CancellationToken);
        var edits = new CodeEdits(concepts, new QuestionGenerator(words), words, new AdapterEditOptions(Share: 1, MostFeatures: 4, LeastStrength: 1, MostStrength: 1, VocabularyShare: 1));
        edits.Observe([1f, 1f, 1f]);
        for (var seed = 0; seed < 50; seed++)
        {
            float[] codes = [0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f];
            var sample = new DialogueSample(ClipItemKind.Icon, [label], [], null, "test");
            var told = edits.Apply(codes, sample, new SeededRandom(seed));
            Assert.Equal(ReferenceEquals(told, sample), codes.All(value => value == 0.5f));
            yield return !ReferenceEquals(told, sample);
        }
    }

    /// <summary>Three features; each word activates its own.</summary>
    private sealed class OneFeatureAWord(string[] words) : ITextEncoder
    {
        public int Dimension => 3;

        public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) => [.. texts.Select(Code)];

        private SparseCode Code(string text)
        {
            var dense = new float[3];
            dense[Array.FindLastIndex(words, word => text.EndsWith(" " + word, StringComparison.Ordinal))] = 3;
            return SparseCode.FromDense(dense);
        }
    }
}
