using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Inference.Features;

namespace SparseClip.Vlm.Inference.Tests.Features;

/// <summary>In which order names are found, and which names a refusal offers.</summary>
public class FeatureSearchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_word_that_is_the_name_comes_before_names_that_have_it_whole_at_the_beginning_or_elsewhere()
    {
        await using var index = TinyFeatures.Index("elbow", "bowl", "bow tie", "cross bow", "bow-legged", "long-bow stand", "bow", "bow (2)", "cross bowl", "elbow rest", "cat");
        Assert.Equal(
            [
                ("bow", 4f), ("bow (2)", 4f), ("bow tie", 3f), ("cross bow", 3f), ("bow-legged", 3f), ("long-bow stand", 3f),
                ("bowl", 2f), ("elbow", 1.5f), ("cross bowl", 1.5f), ("elbow rest", 1.5f),
            ],
            (await index.SearchAsync("bow", 20, Token)).Select(found => (found.Feature.Name, found.Score)));
        Assert.Equal([("bow (2)", 5f)], (await index.SearchAsync("Bow (2)", 20, Token)).Select(found => (found.Feature.Name, found.Score)));
    }

    [Fact]
    public async Task A_dead_feature_is_not_found_by_its_word()
    {
        await using var index = TinyFeatures.Index([TinyFeatures.Record(0, "dog", maximum: 0), TinyFeatures.Record(1, "dog (2)")]);
        Assert.Equal([1], (await index.SearchAsync("dog", 5, Token)).Select(found => found.Feature.Id.Value));
    }

    [Fact]
    public async Task Equals_stand_in_the_order_of_their_numbers()
    {
        await using var index = TinyFeatures.Index("pig", "cat", "dog");
        Assert.Equal([1, 2], index.Top(SparseCode.FromDense([0f, 2f, 2f]), 3).Select(feature => feature.Id.Value));
    }

    [Fact]
    public async Task The_value_of_a_dead_feature_is_a_multiple_of_nothing()
    {
        await using var index = TinyFeatures.Index([TinyFeatures.Record(0, "dog", maximum: 0), TinyFeatures.Record(1, "cat", maximum: 2)]);
        Assert.Equal([("cat", 3f, 1.5f), ("dog", 1f, 0f)], index.Top(SparseCode.FromDense([1f, 3f]), 2).Select(feature => (feature.Name, feature.Value, feature.Relative)));
    }

    [Theory]
    [InlineData("xat", "No feature is called 'xat', and the word means nothing to the tower; did you mean 'bat', 'cat', 'hat'?")]
    [InlineData("catxx", "No feature is called 'catxx', and the word means nothing to the tower; did you mean 'cat'?")]
    [InlineData("xxtxxx", "No feature is called 'xxtxxx', and the word means nothing to the tower.")]
    [InlineData("helixoptxr", "No feature is called 'helixoptxr', and the word means nothing to the tower; did you mean 'helicopter'?")]
    [InlineData("cat (9)", "No feature is called 'cat (9)'; did you mean 'cat', 'cat (2)', 'cat (3)'?")]
    [InlineData("xat (9)", "No feature is called 'xat (9)'; did you mean 'bat', 'cat', 'hat'?")]
    public async Task A_refusal_offers_the_names_that_are_spelt_most_alike(string name, string message)
    {
        // "aat" is no feature's name but among the words that activate one; of "pot" two letters are others.
        await using var index = TinyFeatures.Index(
        [
            TinyFeatures.Record(0, "hat", topWords: "aat"), TinyFeatures.Record(1, "helicopter"), TinyFeatures.Record(2, "cat (3)"), TinyFeatures.Record(3, "cat (4)"),
            TinyFeatures.Record(4, "cat (2)"), TinyFeatures.Record(5, "cat"), TinyFeatures.Record(6, "bat"), TinyFeatures.Record(7, "pot"),
        ]);
        Assert.Equal(message, (await Assert.ThrowsAsync<SteeringException>(() => ResolveAsync(index, name, SteeringOperation.Ablate, null))).Message);
    }

    [Theory]
    [InlineData(SteeringOperation.Scale, 1f)]
    [InlineData(SteeringOperation.Add, 0f)]
    public async Task What_leaves_a_word_as_it_is_does_not_lower_it(SteeringOperation operation, float value)
    {
        // Feature 1 is called a dog too, and answers to the word no more.
        await using var index = TinyFeatures.Index([TinyFeatures.Record(0, "dog"), TinyFeatures.Record(1, "dog (2)")], words: ("dog", [2f, 0f]));
        Assert.Equal([0], await EditedAsync(index, "dog", operation, value));
        Assert.Equal([0, 1], await EditedAsync(index, "dog", SteeringOperation.Scale, 0.9f));
    }

    [Fact]
    public async Task A_word_that_only_names_carry_is_raised_by_them()
    {
        await using var index = TinyFeatures.Index("dog", "cat");
        Assert.Equal([0], await EditedAsync(index, "dog", SteeringOperation.Set, 1));
    }

    [Fact]
    public async Task What_no_picture_has_is_neither_raised_nor_lowered()
    {
        FeatureRecord[] records = [TinyFeatures.Record(0, "dog", maximum: 0), TinyFeatures.Record(1, "dog (2)")];
        await using var index = TinyFeatures.Index(records, words: ("dog", [3f, 2f]));
        Assert.Equal([1], await EditedAsync(index, "dog", SteeringOperation.Set, 1));
        Assert.Equal([1], await EditedAsync(index, "dog", SteeringOperation.Ablate, null));
    }

    [Fact]
    public async Task A_word_that_dead_features_alone_carry_is_refused()
    {
        await using var index = TinyFeatures.Index([TinyFeatures.Record(0, "dog", maximum: 0), TinyFeatures.Record(1, "doe")], words: ("dog", [3f, 0f]));
        var refusal = await Assert.ThrowsAsync<SteeringException>(() => ResolveAsync(index, "dog", SteeringOperation.Set, 1));
        Assert.Equal(
            (SteeringError.UnknownFeature, "No feature that pictures have carries 'dog'; did you mean 'dog', 'doe'?"), (refusal.Error, refusal.Message));
    }

    [Theory]
    [InlineData(0.94f, false)]
    [InlineData(0.95f, true)]
    public async Task A_word_means_something_from_the_least_meaning_on(float activation, bool isFound)
    {
        // A clear feature's own word activates it by 1.
        await using var index = TinyFeatures.Index([TinyFeatures.Record(0, "dog", topWords: "dog")], words: ("hound", [activation]));
        Assert.Equal(isFound, (await index.SearchAsync("hound", 5, Token)).Count > 0);
    }

    [Fact]
    public async Task The_meaning_of_a_word_is_the_length_of_all_that_it_activates()
    {
        var options = new FeatureIndexOptions { LeastMeaning = 0.99f };
        FeatureRecord[] records = [TinyFeatures.Record(0, "dog", topWords: "dog"), TinyFeatures.Record(1, "cat", topWords: "cat")];
        await using var index = TinyFeatures.Index(records, options, ("both", [0.6f, 0.8f]), ("less", [0.6f, 0.7f]));
        Assert.NotEmpty(await index.SearchAsync("both", 5, Token));
        Assert.Empty(await index.SearchAsync("less", 5, Token));
    }

    private static Task<SteeringPlan> ResolveAsync(FeatureIndex index, string name, SteeringOperation operation, float? value) =>
        index.ResolveAsync([new SteeringRequest(null, name, operation, value)], true, null, Token);

    private static async Task<IEnumerable<int>> EditedAsync(FeatureIndex index, string name, SteeringOperation operation, float? value) =>
        (await ResolveAsync(index, name, operation, value)).Edits.Select(edit => edit.Feature.Value);
}
