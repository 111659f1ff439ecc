using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Inference.Features;

namespace SparseClip.Vlm.Inference.Tests.Features;

public class FeatureIndexTests
{
    private static readonly TableEncoder s_text = new();
    private static readonly FeatureIndex s_index = new(Named(), s_text);

    [Fact]
    public void A_feature_is_called_by_the_word_that_activates_it_most()
    {
        Assert.Equal(["dog", "cat", "car", "dog (3)", "cat (2)", "dog (2)"], s_index.All.Select(feature => feature.Name));
        Assert.Equal(["dog", "puppy", "cat"], s_index.All[0].TopWords.Select(word => word.Word));
        Assert.Equal([4f, 3f, 0.5f], s_index.All[0].TopWords.Select(word => word.Activation));
    }

    [Fact]
    public void A_feature_that_no_word_activates_has_its_number_for_a_name()
    {
        var record = new FeatureNamer(new ConceptPrompts(s_text, ["{a}"])).Name(new ObservedActivations(6))[2];
        Assert.Equal(("feature 2", 0), (record.Feature.Name, record.Feature.TopWords.Count));
    }

    [Fact]
    public void Pictures_show_the_maxima_of_pooled_and_patch_codes_and_the_share_of_pictures()
    {
        var observed = new ObservedActivations(2);
        observed.Add(new ImageCode(SparseCode.FromDense([1f, 0f]), [SparseCode.FromDense([5f, 0.5f])], 1, 1));
        observed.Add(new ImageCode(SparseCode.FromDense([0.5f, 0f]), [SparseCode.FromDense([2f, 0f])], 1, 1));
        Assert.Equal((1f, 5f, 1f), (observed.Maximum(0), observed.PatchMaximum(0), observed.Density(0)));
        Assert.Equal((0f, 0.5f, 0f), (observed.Maximum(1), observed.PatchMaximum(1), observed.Density(1)));
    }

    [Fact]
    public void The_file_gives_back_what_was_written()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");
        var records = Named();
        FeatureFile.Write(file, records);
        var back = FeatureFile.Read(file);
        File.Delete(file);
        Assert.Equal(records.Select(record => record.Feature with { TopWords = [] }), back.Select(record => record.Feature with { TopWords = [] }));
        Assert.Equal(records.SelectMany(record => record.Feature.TopWords), back.SelectMany(record => record.Feature.TopWords));
        Assert.Equal(records.Select(record => MathF.Round(record.WordMean, 4)), back.Select(record => record.WordMean));
    }

    [Theory]
    [InlineData("{\"id\":1}", "line 1")]
    [InlineData("not json", "line 1")]
    [InlineData("", "no features")]
    public void A_damaged_file_is_refused_with_its_line(string text, string expected)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");
        File.WriteAllText(file, text);
        var error = Assert.Throws<FeatureFileException>(() => FeatureFile.Read(file));
        File.Delete(file);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_tower_is_refused() =>
        Assert.Throws<FeatureFileException>(() => new FeatureIndex([.. Named().Take(5)], s_text));

    [Fact]
    public void The_strongest_features_of_a_picture_come_first()
    {
        var top = s_index.Top(SparseCode.FromDense([1f, 0f, 3f, 2f, 0f, 0f]), 2);
        Assert.Equal([("car", 3f, 1.5f), ("dog (3)", 2f, 1f)], top.Select(feature => (feature.Name, feature.Value, feature.Relative)));
    }

    [Fact]
    public void What_every_word_activates_carries_no_concept_and_what_no_picture_has_cannot_be_steered()
    {
        Assert.Equal([0, 5], Ids(s_index.FeaturesOf("puppy", null, 8)));
        Assert.DoesNotContain(4, Ids(s_index.FeaturesOf("cat", null, 8)));
    }

    [Fact]
    public void In_a_picture_the_features_that_carry_the_word_there_come_first()
    {
        var picture = SparseCode.FromDense([0.1f, 0f, 2f, 2f, 0f, 1.5f]);
        Assert.Equal([5, 0], Ids(s_index.FeaturesOf("dog", picture, 1)));
    }

    [Fact]
    public void Search_finds_names_first_and_then_meanings()
    {
        Assert.Equal("dog", s_index.Search("dog", 10)[0].Feature.Name);
        Assert.Equal([0, 5], s_index.Search("puppy", 2).Select(found => found.Feature.Id.Value));
        Assert.Equal(["car", "cat"], s_index.Search("CA", 2).Select(found => found.Feature.Name).Order());
        Assert.Empty(s_index.Search("  ", 5));
    }

    [Fact]
    public void A_name_that_is_raised_stands_for_the_features_called_so()
    {
        var plan = s_index.Resolve([new SteeringRequest(null, "Cat", SteeringOperation.Set, 1)]);
        Assert.Equal([1], plan.Edits.Select(edit => edit.Feature.Value));
    }

    [Fact]
    public void A_name_that_is_lowered_stands_for_all_that_carry_it()
    {
        var plan = s_index.Resolve([new SteeringRequest(null, "dog", SteeringOperation.Ablate, null)]);
        Assert.Equal([0, 3, 5], plan.Edits.Select(edit => edit.Feature.Value));
        Assert.Equal([5], s_index.Resolve([new SteeringRequest(null, "dog (2)", SteeringOperation.Ablate, null)]).Edits.Select(edit => edit.Feature.Value));
    }

    [Fact]
    public void A_word_that_no_feature_is_called_by_steers_by_its_meaning()
    {
        var plan = s_index.Resolve([new SteeringRequest(null, "puppy", SteeringOperation.Set, 1)]);
        Assert.Equal([0, 5], plan.Edits.Select(edit => edit.Feature.Value));
    }

    [Fact]
    public void A_word_without_meaning_is_refused_with_the_nearest_names()
    {
        var error = Assert.Throws<SteeringException>(() => s_index.Resolve(
            [new SteeringRequest(0, null, SteeringOperation.Ablate, null), new SteeringRequest(null, "dgo", SteeringOperation.Ablate, null)]));
        Assert.Equal(SteeringError.UnknownFeature, error.Error);
        Assert.Contains("'dog'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_that_are_no_requests_are_refused()
    {
        Assert.Throws<SteeringException>(() => s_index.Resolve([new SteeringRequest(6, null, SteeringOperation.Ablate, null)]));
        Assert.Throws<SteeringException>(() => s_index.Resolve([new SteeringRequest(-1, null, SteeringOperation.Ablate, null)]));
        Assert.Throws<SteeringException>(() => s_index.Resolve([new SteeringRequest(null, null, SteeringOperation.Ablate, null)]));
        Assert.Throws<SteeringException>(() => s_index.Resolve([new SteeringRequest(1, "cat", SteeringOperation.Ablate, null)]));
        Assert.Throws<SteeringException>(() => s_index.Resolve([new SteeringRequest(null, new string('x', 5000), SteeringOperation.Ablate, null)]));
        Assert.Equal(SteeringError.InvalidValue, Assert.Throws<SteeringException>(() => s_index.Resolve([new SteeringRequest(1, null, SteeringOperation.Set, null)])).Error);
    }

    private static int[] Ids(IEnumerable<FeatureId> features) => [.. features.Select(feature => feature.Value)];

    /// <summary>Six features named by four words; feature 4 is in no picture.</summary>
    private static IReadOnlyList<FeatureRecord> Named()
    {
        var namer = new FeatureNamer(new ConceptPrompts(s_text, ConceptPrompts.DefaultTemplates));
        namer.Add(["dog", "puppy", "cat", "car"]);
        var observed = new ObservedActivations(6);
        observed.Add(new ImageCode(SparseCode.FromDense([2f, 2f, 2f, 2f, 0f, 2f]), [SparseCode.FromDense([3f, 3f, 3f, 3f, 0f, 3f])], 1, 1));
        return namer.Name(observed);
    }
}
