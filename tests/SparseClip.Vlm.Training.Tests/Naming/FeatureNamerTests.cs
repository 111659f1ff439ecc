using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Training.Tests.Naming;

public class FeatureNamerTests
{
    [Fact]
    public void A_feature_is_called_by_the_word_that_activates_it_most()
    {
        var features = TableEncoder.Named().Select(record => record.Feature).ToList();
        Assert.Equal(["dog", "cat", "car", "dog (3)", "cat (2)", "dog (2)"], features.Select(feature => feature.Name));
        Assert.Equal(["dog", "puppy", "cat"], features[0].TopWords.Select(word => word.Word));
        Assert.Equal([4f, 3f, 0.5f], features[0].TopWords.Select(word => word.Activation));
    }

    [Fact]
    public void A_feature_that_no_word_activates_has_its_number_for_a_name()
    {
        var record = Named([])[2];
        Assert.Equal(("feature 2", 0), (record.Feature.Name, record.Feature.TopWords.Count));
    }

    [Fact]
    public void A_feature_is_called_by_its_strongest_word_that_is_fit_to_be_seen_and_keeps_the_others()
    {
        var feature = Named(["car", "pimp"])[2].Feature;
        Assert.Equal("car", feature.Name);
        Assert.Equal(["pimp", "car"], feature.TopWords.Select(word => word.Word));
    }

    [Fact]
    public void A_feature_without_a_word_that_is_fit_to_be_seen_has_its_number_for_a_name() => Assert.Equal("feature 2", Named(["pimp"])[2].Feature.Name);

    private static IReadOnlyList<FeatureRecord> Named(string[] words)
    {
        var namer = new FeatureNamer(new TableEncoder(("pimp", [0f, 0f, 6f, 0f, 0f, 0f])));
        namer.Add(words, cancellationToken: TestContext.Current.CancellationToken);
        return namer.Name(new ObservedActivations(6));
    }
}
