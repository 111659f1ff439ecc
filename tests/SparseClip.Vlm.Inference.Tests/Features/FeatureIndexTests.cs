using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Inference.Features;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Inference.Tests.Features;

public class FeatureIndexTests
{
    private static readonly TableEncoder s_text = new();
    private static readonly FeatureIndex s_index = new(TableEncoder.Named(), s_text);

    [Fact]
    public void A_file_of_another_tower_is_refused() =>
        Assert.Throws<FeatureFileException>(() => new FeatureIndex([.. TableEncoder.Named().Take(5)], s_text));

    [Fact]
    public void The_strongest_features_of_a_picture_come_first()
    {
        var top = s_index.Top(SparseCode.FromDense([1f, 0f, 3f, 2f, 0f, 0f]), 2);
        Assert.Equal([("car", 3f, 1.5f), ("dog (3)", 2f, 1f)], top.Select(feature => (feature.Name, feature.Value, feature.Relative)));
    }

    [Fact]
    public async Task What_every_word_activates_carries_no_concept_and_what_no_picture_has_cannot_be_steered()
    {
        Assert.Equal([0, 5], Ids(await s_index.FeaturesOfAsync("puppy", null, 8, Token)));
        Assert.DoesNotContain(4, Ids(await s_index.FeaturesOfAsync("cat", null, 8, Token)));
    }

    [Fact]
    public async Task In_a_picture_the_features_that_carry_the_word_there_come_first()
    {
        var picture = SparseCode.FromDense([0.1f, 0f, 2f, 2f, 0f, 1.5f]);
        Assert.Equal([5, 0], Ids(await s_index.FeaturesOfAsync("dog", picture, 1, Token)));
    }

    [Fact]
    public async Task Search_finds_names_first_and_then_meanings()
    {
        Assert.Equal("dog", (await SearchAsync("dog", 10))[0].Feature.Name);
        Assert.Equal([0, 5], (await SearchAsync("puppy", 2)).Select(found => found.Feature.Id.Value));
        Assert.Equal(["car", "cat"], (await SearchAsync("CA", 2)).Select(found => found.Feature.Name).Order());
        Assert.Equal(["dog (2)"], (await SearchAsync("dog (2)", 1)).Select(found => found.Feature.Name));
        Assert.Empty(await SearchAsync("  ", 5));
        Assert.Empty(await SearchAsync(" : ", 5));
    }

    [Fact]
    public async Task The_score_of_a_meaning_is_absolute()
    {
        var index = new FeatureIndex(
            TableEncoder.Named(), new TableEncoder(("lapdog", [2.2f, 0f, 0f, 1f, 0f, 0f]), ("kitten", [0f, 3f, 0f, 1f, 0f, 0f])), new FeatureIndexOptions { LeastMeaning = 0.05f });
        var lapdog = await index.SearchAsync("lapdog", 5, Token);
        var kitten = await index.SearchAsync("kitten", 5, Token);
        Assert.Equal((0, 1), (lapdog[0].Feature.Id.Value, kitten[0].Feature.Id.Value));
        Assert.InRange(lapdog[0].Score, 0f, 0.5f * kitten[0].Score); // far from the best there could be, though the best there is
        Assert.InRange(kitten[0].Score, 0f, 1f);
    }

    [Fact]
    public async Task A_word_that_is_raised_goes_by_the_features_that_carry_it_and_not_by_those_called_so()
    {
        var text = new TableEncoder(("hat", [3f, 0f, 0f, 1f, 0f, 3f]));
        // Feature 2 is called a hat and answers to the word faintly.
        var records = TableEncoder.Named().Select(record => record.Feature.Id.Value == 2 ? record with { Feature = record.Feature with { Name = "hat" } } : record).ToList();
        var index = new FeatureIndex(records, text, new FeatureIndexOptions { RaisedCarriers = 2 });
        Assert.Equal([0, 5], await EditedAsync(index, "hat", SteeringOperation.Set, 1));
        Assert.Equal([0, 2, 5], await EditedAsync(index, "hat", SteeringOperation.Ablate, null));
    }

    [Fact]
    public async Task Values_that_are_set_or_added_go_down_with_how_strongly_a_feature_carries_the_word_and_factors_do_not()
    {
        // "puppy" lies 1.125 above the mean of feature 0 and 0.625 above that of feature 5.
        Assert.Equal([2f, 2f * 0.625f / 1.125f], await ValuesAsync(SteeringOperation.Set, 2));
        Assert.Equal([0.5f, 0.5f * 0.625f / 1.125f], await ValuesAsync(SteeringOperation.Add, 0.5f));
        Assert.Equal([2f, 2f], await ValuesAsync(SteeringOperation.Scale, 2));
        Assert.Equal([0.5f, 0.5f], await ValuesAsync(SteeringOperation.Scale, 0.5f));
        Assert.Equal([-0.5f, -0.5f], await ValuesAsync(SteeringOperation.Add, -0.5f));

        static async Task<IEnumerable<float>> ValuesAsync(SteeringOperation operation, float value) =>
            (await s_index.ResolveAsync([new SteeringRequest(null, "puppy", operation, value)], true, null, Token)).Edits.Select(edit => edit.Value);
    }

    [Theory]
    [InlineData("dog")]
    [InlineData("a dog")]
    [InlineData("The Dog")]
    [InlineData(" DOG ")]
    public async Task Case_and_article_make_no_difference(string name)
    {
        Assert.Equal(await EditedAsync(s_index, "dog", SteeringOperation.Set, 1), await EditedAsync(s_index, name, SteeringOperation.Set, 1));
        Assert.Equal([0, 3, 5], await EditedAsync(s_index, name, SteeringOperation.Ablate, null));
        Assert.Equal(Ids((await SearchAsync("dog", 9)).Select(found => found.Feature.Id)), Ids((await SearchAsync(name, 9)).Select(found => found.Feature.Id)));
    }

    [Fact]
    public async Task A_plural_is_known_by_its_singular()
    {
        var text = new TableEncoder(("dogs", [2f, 0f, 0f, 1f, 0f, 0f]));
        var index = new FeatureIndex(TableEncoder.Named(), text);
        Assert.Equal([0], await EditedAsync(index, "dogs", SteeringOperation.Set, 1));
        Assert.Equal([0, 3, 5], await EditedAsync(index, "dogs", SteeringOperation.Ablate, null));
    }

    [Fact]
    public async Task A_name_that_is_lowered_stands_for_all_that_carry_it()
    {
        Assert.Equal([0, 3, 5], await EditedAsync(s_index, "dog", SteeringOperation.Ablate, null));
        Assert.Equal([5], await EditedAsync(s_index, "dog (2)", SteeringOperation.Ablate, null));
        Assert.Equal([5], await EditedAsync(s_index, "Dog (2)", SteeringOperation.Set, 1));
    }

    [Theory]
    [InlineData(SteeringOperation.Ablate, null)]
    [InlineData(SteeringOperation.Set, 0f)]
    [InlineData(SteeringOperation.Scale, 0.5f)]
    [InlineData(SteeringOperation.Add, -1f)]
    public async Task A_word_that_is_lowered_is_lowered_where_this_picture_carries_it(SteeringOperation operation, float? value)
    {
        // By the word alone feature 0 is first; in this picture feature 5 is what carries it.
        var index = new FeatureIndex(TableEncoder.Named(), s_text, new FeatureIndexOptions { LoweredCarriers = 1 });
        var picture = SparseCode.FromDense([0.1f, 0f, 2f, 2f, 0f, 1.5f]);
        Assert.Equal([0], await EditedAsync(index, "puppy", operation, value));
        Assert.Equal([0, 5], await EditedAsync(index, "puppy", operation, value, picture));
    }

    [Fact]
    public async Task A_concept_that_is_lowered_loses_the_features_that_speak_for_it_until_the_picture_hardly_shows_it()
    {
        // Feature 2 says by far the most, feature 3 enough to be likely still, and without both feature 1 does not matter.
        var puppy = new Concept("puppy", SparseCode.FromSorted(6, [1, 2, 3], [2f, 20f, 12f]), -5, 0.01f);
        var index = new FeatureIndex(TableEncoder.Named(), s_text, new FeatureIndexOptions { LoweredCarriers = 1 }, new ConceptTable([puppy], null));
        var picture = SparseCode.FromDense([0f, 1f, 1f, 1f, 0f, 0f]);
        Assert.Equal([0, 2, 3], await EditedAsync(index, "puppy", SteeringOperation.Ablate, null, picture));
        Assert.Equal([0], await EditedAsync(index, "puppy", SteeringOperation.Ablate, null));
        Assert.DoesNotContain(2, await EditedAsync(index, "puppy", SteeringOperation.Set, 1, picture));
    }

    [Fact]
    public async Task A_concept_is_set_to_multiples_of_what_pictures_usually_have_of_it_and_held_where_that_is_safe()
    {
        var levels = new[] { 0.5f, 1, 1.5f, 2, 3 }.Select(level => new LevelTrial(level, 2, 2, 2, level < 3 ? 0 : 1)).ToList();
        var puppy = new Concept("puppy", SparseCode.FromSorted(6, [1, 2], [2f, 20f]), -5, 0.01f) { Usual = SparseCode.FromSorted(6, [0, 2], [0.5f, 0.8f]), Steering = new ConceptSteering(0, 0, levels) };
        var index = new FeatureIndex(TableEncoder.Named(), s_text, null, new ConceptTable([puppy], null));
        var maxima = index.All.Select(feature => feature.Maximum).ToArray();

        Assert.Equal([(0, 0.5f / maxima[0]), (2, 0.8f / maxima[2])], await PlanAsync("puppy", null, true));
        Assert.Equal([(0, 0.75f / maxima[0]), (2, 1.2f / maxima[2])], await PlanAsync("a puppy", 1.5f, true));
        Assert.Equal([(0, 1f / maxima[0]), (2, 1.6f / maxima[2])], await PlanAsync("puppy", 9, true));
        Assert.Equal([(0, 9 * (0.5f / maxima[0])), (2, 9 * (0.8f / maxima[2]))], await PlanAsync("puppy", 9, false));

        var held = (await index.ResolveAsync([new SteeringRequest(null, "puppy", SteeringOperation.Set, 9)], clamp: true, null, Token)).Edits[0].Held!;
        Assert.Equal((4.5f / maxima[0], true), (held.Asked, held.Reason.Contains("2 times the usual level of 'puppy'", StringComparison.Ordinal)));
        Assert.Null((await index.ResolveAsync([new SteeringRequest(null, "puppy", SteeringOperation.Set, 2)], clamp: true, null, Token)).Edits[0].Held);

        async Task<IEnumerable<(int, float)>> PlanAsync(string name, float? value, bool clamp) =>
            (await index.ResolveAsync([new SteeringRequest(null, name, SteeringOperation.Set, value)], clamp, null, Token)).Edits.Select(edit => (edit.Feature.Value, edit.Value));
    }

    [Fact]
    public async Task A_listed_concept_can_be_taken_out_and_set_whatever_its_word_means_to_the_text_tower()
    {
        var covering = new Concept("qwrtz covering", SparseCode.FromSorted(6, [0, 2], [6f, 12f]), -5, 0.1f);
        var index = new FeatureIndex(TableEncoder.Named(), s_text, null, new ConceptTable([covering], null));
        Assert.Equal([0, 2], await EditedAsync(index, "qwrtz covering", SteeringOperation.Ablate, null));
        Assert.Equal([0, 2], await EditedAsync(index, "qwrtz covering", SteeringOperation.Set, 1));
        await Assert.ThrowsAsync<SteeringException>(() => EditedAsync(index, "qwrtz", SteeringOperation.Ablate, null));
    }

    [Fact]
    public async Task A_concept_that_was_taught_is_steered_and_found_by_its_features_whatever_its_letters_mean()
    {
        var zork = new Concept("my zork", SparseCode.FromSorted(6, [0, 2, 4], [6f, 12f, 1f]), -5, 0.001f) { Teaching = new Teaching(2, DateTimeOffset.UnixEpoch, new string('a', 64)) };
        var index = new FeatureIndex(TableEncoder.Named(), s_text);
        await Assert.ThrowsAsync<SteeringException>(() => EditedAsync(index, "my zork", SteeringOperation.Ablate, null));

        index.Use(new ConceptTable([zork], null));

        Assert.Equal([0, 2], await EditedAsync(index, "My zork", SteeringOperation.Ablate, null));
        var set = await index.ResolveAsync([new SteeringRequest(null, "my zork", SteeringOperation.Set, 1)], clamp: true, picture: null, Token);
        Assert.Equal([(0, 0.5f), (2, 1f)], set.Edits.Select(edit => (edit.Feature.Value, edit.Value)).Order());
        Assert.Equal([2, 0], Ids(await index.FeaturesOfAsync("my zork", null, 8, Token)));
        Assert.Equal(2, (await index.SearchAsync("my zork", 1, Token))[0].Feature.Id.Value);
        index.Use(null);
        await Assert.ThrowsAsync<SteeringException>(() => EditedAsync(index, "my zork", SteeringOperation.Ablate, null));
    }

    [Theory]
    [InlineData(SteeringOperation.Set, 1f)]
    [InlineData(SteeringOperation.Scale, 1.5f)]
    [InlineData(SteeringOperation.Add, 0.5f)]
    public async Task A_word_that_is_raised_goes_by_the_word_alone(SteeringOperation operation, float value)
    {
        var index = new FeatureIndex(TableEncoder.Named(), s_text, new FeatureIndexOptions { RaisedCarriers = 1 });
        Assert.Equal([0], await EditedAsync(index, "puppy", operation, value, SparseCode.FromDense([0.1f, 0f, 2f, 2f, 0f, 1.5f])));
    }

    [Theory]
    [InlineData("dog (99)", "'dog (2)'")]
    [InlineData("dog  (2)", "'dog (2)'")]
    [InlineData("dog(2)", "'dog (2)'")]
    [InlineData("dgo (2)", "'dog'")]
    [InlineData("feature 9", ".")]
    public async Task A_number_that_does_not_exist_is_refused_with_those_that_do(string name, string suggestion)
    {
        var error = await Assert.ThrowsAsync<SteeringException>(() => EditedAsync(s_index, name, SteeringOperation.Ablate, null));
        Assert.Equal(SteeringError.UnknownFeature, error.Error);
        Assert.Contains(suggestion, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_without_meaning_is_refused_with_the_nearest_names_and_finds_nothing()
    {
        var error = await Assert.ThrowsAsync<SteeringException>(() => s_index.ResolveAsync(
            [new SteeringRequest(0, null, SteeringOperation.Ablate, null), new SteeringRequest(null, "dgo", SteeringOperation.Ablate, null)], true, null, Token));
        Assert.Equal(SteeringError.UnknownFeature, error.Error);
        Assert.Contains("'dog'", error.Message, StringComparison.Ordinal);
        Assert.Empty(await SearchAsync("dgo", 5));
    }

    [Fact]
    public async Task What_has_no_letters_is_no_word()
    {
        var index = new FeatureIndex(TableEncoder.Named(), new TableEncoder(("!!!", [4f, 0f, 0f, 1f, 0f, 4f]))); // a tower answers to anything
        Assert.Empty(await index.SearchAsync("!!!", 5, Token));
        await Assert.ThrowsAsync<SteeringException>(() => EditedAsync(index, "!!!", SteeringOperation.Set, 1));
    }

    [Fact]
    public async Task A_word_that_no_feature_may_be_called_by_finds_and_steers_as_any_other()
    {
        var text = new TableEncoder(("pimp", [0f, 0f, 6f, 1f, 0f, 0f]));
        var namer = new FeatureNamer(text);
        namer.Add(["car", "pimp"], cancellationToken: Token);
        var observed = new ObservedActivations(6);
        observed.Add(new ImageCode(SparseCode.FromDense([0f, 0f, 2f, 0f, 0f, 0f]), [], 0, 0));
        var index = new FeatureIndex(namer.Name(observed), text);
        Assert.Equal("car", index.All[2].Name);
        Assert.Contains(await index.SearchAsync("pimp", 5, Token), found => found.Feature.Id == new FeatureId(2));
        Assert.Equal([2], await EditedAsync(index, "pimp", SteeringOperation.Ablate, null));
    }

    [Fact]
    public async Task A_word_is_encoded_once()
    {
        var text = new TableEncoder();
        var index = new FeatureIndex(TableEncoder.Named(), text);
        await index.SearchAsync("puppy", 5, Token);
        await index.SearchAsync("a Puppy", 5, Token);
        await EditedAsync(index, "puppy", SteeringOperation.Set, 1);
        Assert.Equal(1, text.Texts);
    }

    [Fact]
    public async Task Requests_that_are_no_requests_are_refused()
    {
        SteeringRequest[] wrong =
        [
            new(6, null, SteeringOperation.Ablate, null), new(-1, null, SteeringOperation.Ablate, null), new(null, null, SteeringOperation.Ablate, null),
            new(1, "cat", SteeringOperation.Ablate, null), new(null, new string('x', 5000), SteeringOperation.Ablate, null), new(1, null, SteeringOperation.Set, null),
        ];
        foreach (var request in wrong)
        {
            await Assert.ThrowsAsync<SteeringException>(() => s_index.ResolveAsync([request], true, null, Token));
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<IReadOnlyList<(Feature Feature, float Score)>> SearchAsync(string query, int count) => s_index.SearchAsync(query, count, Token);

    private static async Task<IEnumerable<int>> EditedAsync(FeatureIndex index, string name, SteeringOperation operation, float? value, SparseCode? picture = null) =>
        (await index.ResolveAsync([new SteeringRequest(null, name, operation, value)], true, picture, Token)).Edits.Select(edit => edit.Feature.Value);

    private static IEnumerable<int> Ids(IEnumerable<FeatureId> features) => features.Select(feature => feature.Value);
}
