using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Core.Tests.Steering;

public class SteeringRulesTests
{
    private static readonly SteeringRequest s_good = new(null, "dog", SteeringOperation.Set, 1, new PictureRegion(0, 0, 0.5f, 1));

    [Fact]
    public void An_edit_that_can_be_carried_out_passes() => SteeringRules.Check([s_good, new SteeringRequest(4, null, SteeringOperation.Ablate, null)], features: 5);

    [Fact]
    public void As_many_edits_as_fit_pass_and_one_more_does_not()
    {
        SteeringRules.Check([.. Enumerable.Repeat(s_good, 256)], features: 5);
        Assert.Equal(SteeringError.InvalidValue, Refused([.. Enumerable.Repeat(s_good, 257)]).Error);
    }

    [Theory]
    [InlineData(null, null, SteeringError.UnknownFeature)]
    [InlineData(null, "  ", SteeringError.UnknownFeature)]
    [InlineData(1, "dog", SteeringError.UnknownFeature)]
    [InlineData(5, null, SteeringError.UnknownFeature)]
    [InlineData(-1, null, SteeringError.UnknownFeature)]
    public void An_edit_is_of_one_feature_that_exists(int? feature, string? name, SteeringError error) =>
        Assert.Equal(error, Refused([s_good with { Feature = feature, Name = name }]).Error);

    [Fact]
    public void A_name_has_at_most_a_hundred_characters()
    {
        SteeringRules.Check([s_good with { Name = new string('x', 100) + " " }], features: 5);
        Assert.Equal(SteeringError.UnknownFeature, Refused([s_good with { Name = new string('x', 101) }]).Error);
    }

    [Theory]
    [InlineData(SteeringOperation.Scale, null)]
    [InlineData(SteeringOperation.Add, null)]
    [InlineData(SteeringOperation.Ablate, 1f)]
    [InlineData(SteeringOperation.Set, -1f)]
    [InlineData(SteeringOperation.Scale, -0.5f)]
    [InlineData(SteeringOperation.Add, float.NaN)]
    [InlineData(SteeringOperation.Set, float.PositiveInfinity)]
    [InlineData((SteeringOperation)7, 1f)]
    public void A_value_is_what_the_operation_takes(SteeringOperation operation, float? value)
    {
        var error = Refused([s_good, s_good with { Operation = operation, Value = value }]);
        Assert.Equal(SteeringError.InvalidValue, error.Error);
        Assert.StartsWith("Edit 1 ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SteeringOperation.Ablate, 1f, "Edit 0 (ablate) takes no value.")]
    [InlineData(SteeringOperation.Add, null, "Edit 0 (add) has no value.")]
    [InlineData(SteeringOperation.Add, float.NaN, "Edit 0 (add) has the value NaN; give a finite number.")]
    [InlineData(SteeringOperation.Scale, -0.5f, "Edit 0 (scale) has the value -0.5; give 0 or more.")]
    [InlineData((SteeringOperation)7, 1f, "Edit 0 (7) has the operation 7, which does not exist; give ablate, set, scale or add.")]
    public void The_message_says_which_edit_is_wrong_and_what_to_give(SteeringOperation operation, float? value, string message) =>
        Assert.Equal(message, Refused([s_good with { Operation = operation, Value = value }]).Message);

    [Fact]
    public void A_name_is_set_without_a_value_and_a_feature_is_not()
    {
        SteeringRules.Check([s_good with { Operation = SteeringOperation.Set, Value = null }], features: 5);
        Assert.Equal("Edit 0 (set) has no value.", Refused([new SteeringRequest(1, null, SteeringOperation.Set, null)]).Message);
    }

    [Fact]
    public void The_messages_about_features_names_and_regions_say_what_there_is()
    {
        Assert.Equal("257 edits in one request; give at most 256.", Refused([.. Enumerable.Repeat(s_good, 257)]).Message);
        Assert.Equal("Edit 0 must have either a feature or a name.", Refused([s_good with { Name = null }]).Message);
        Assert.Equal("The name of edit 0 has 101 characters; give at most 100.", Refused([s_good with { Name = new string('x', 101) }]).Message);
        Assert.Equal("Feature 5 does not exist: this model has the features 0 to 4.", Refused([s_good with { Feature = 5, Name = null }]).Message);
        Assert.StartsWith(
            "Edit 0 has the region [0, 0, 1.5, 1], which is not within the picture:", Refused([s_good with { Region = new PictureRegion(0, 0, 1.5f, 1) }]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_plan_the_message_names_the_feature()
    {
        var edit = new SteeringEdit(new FeatureId(3), SteeringOperation.Set, -1);
        Assert.StartsWith("The edit of feature 3 (set) ", Assert.Throws<SteeringException>(() => SteeringPlan.Create([edit])).Message, StringComparison.Ordinal);
        edit = new SteeringEdit(new FeatureId(3), SteeringOperation.Set, 1, new PictureRegion(0, 0, 2, 1));
        Assert.StartsWith("The edit of feature 3 has the region ", Assert.Throws<SteeringException>(() => SteeringPlan.Create([edit])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_is_within_the_picture_and_has_four_corners()
    {
        Assert.Equal(SteeringError.InvalidRegion, Refused([s_good with { Region = new PictureRegion(0, 0, 1.5f, 1) }]).Error);
        Assert.Equal(new PictureRegion(0, 0.25f, 1, 0.5f), PictureRegion.Of([0, 0.25f, 1, 0.5f]));
        Assert.Equal(SteeringError.InvalidRegion, Assert.Throws<SteeringException>(() => PictureRegion.Of([0, 0, 1])).Error);
    }

    [Fact]
    public void Every_operation_has_a_name_and_is_found_by_it()
    {
        Assert.All(Enum.GetValues<SteeringOperation>(), operation =>
        {
            Assert.True(SteeringOperations.TryParse(operation.Name(), out var back));
            Assert.Equal(operation, back);
            Assert.Contains(operation.Name(), SteeringOperations.Names, StringComparison.Ordinal);
        });
        Assert.False(SteeringOperations.TryParse("Ablate", out _));
        Assert.False(SteeringOperations.TryParse("0", out _));
        Assert.False(SteeringOperations.TryParse(null, out _));
    }

    private static SteeringException Refused(IReadOnlyList<SteeringRequest> requests) =>
        Assert.Throws<SteeringException>(() => SteeringRules.Check(requests, features: 5));
}
