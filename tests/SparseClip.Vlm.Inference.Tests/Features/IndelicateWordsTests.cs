using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Inference.Features;

namespace SparseClip.Vlm.Inference.Tests.Features;

public class IndelicateWordsTests
{
    [Theory]
    [InlineData("pimp")]
    [InlineData("Pimp Hat")]
    [InlineData("prostitutes")]
    [InlineData("chinamen")]
    [InlineData("half-breed")]
    [InlineData("half breeds")]
    [InlineData("son of a bitch")]
    public void Entries_are_found_as_whole_words_in_any_case_with_hyphens_and_in_the_plural(string text) => Assert.True(IndelicateWords.IsIn(text));

    [Theory]
    [InlineData("dog")]
    [InlineData("cocktail")]
    [InlineData("assault rifle")]
    [InlineData("hot spices")]
    [InlineData("pimpernel")]
    [InlineData("half title")]
    [InlineData("")]
    public void Words_that_only_begin_like_an_entry_are_not(string text) => Assert.False(IndelicateWords.IsIn(text));

    [Fact]
    public async Task A_feature_is_called_by_its_strongest_word_that_is_fit_to_be_seen_and_is_found_by_the_others()
    {
        var text = new TableEncoder(("pimp", [0f, 0f, 6f, 1f, 0f, 0f]));
        var namer = new FeatureNamer(text);
        namer.Add(["car", "pimp"], cancellationToken: TestContext.Current.CancellationToken);
        var observed = new ObservedActivations(6);
        observed.Add(new ImageCode(SparseCode.FromDense([0f, 0f, 2f, 0f, 0f, 0f]), [], 0, 0));
        var records = namer.Name(observed);
        Assert.Equal("car", records[2].Feature.Name);
        Assert.Equal(["pimp", "car"], records[2].Feature.TopWords.Select(word => word.Word));

        var index = new FeatureIndex(records, text);
        Assert.Contains(await index.SearchAsync("pimp", 5, TestContext.Current.CancellationToken), found => found.Feature.Id == new FeatureId(2));
        var plan = await index.ResolveAsync([new SteeringRequest(null, "pimp", SteeringOperation.Ablate, null)], true, null, TestContext.Current.CancellationToken);
        Assert.Equal([2], plan.Edits.Select(edit => edit.Feature.Value));
    }

    [Fact]
    public void A_feature_without_a_word_that_is_fit_to_be_seen_has_its_number_for_a_name()
    {
        var namer = new FeatureNamer(new TableEncoder(("pimp", [0f, 0f, 6f, 0f, 0f, 0f])));
        namer.Add(["pimp"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("feature 2", namer.Name(new ObservedActivations(6))[2].Feature.Name);
    }
}
