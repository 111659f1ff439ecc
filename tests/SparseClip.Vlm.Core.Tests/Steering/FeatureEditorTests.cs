using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Core.Tests.Steering;

/// <summary>One feature, whose unit is 2 and whose safe range goes to 4 in the pooled code and to 12 in a patch. Values are pooled, patch, patch.</summary>
public class FeatureEditorTests
{
    private static readonly Feature s_feature = new(new FeatureId(5), "dog", [], Maximum: 2, Density: 0.1f, SafeMaximum: 2, PatchMaximum: 6);

    [Theory]
    [InlineData(SteeringOperation.Ablate, 0f, new[] { 1f, 3f, 1f }, new[] { 0f, 0f, 0f })]
    [InlineData(SteeringOperation.Scale, 2f, new[] { 1f, 3f, 1f }, new[] { 2f, 6f, 2f })]
    [InlineData(SteeringOperation.Add, 0.5f, new[] { 1f, 3f, 1f }, new[] { 2f, 4f, 2f })]
    [InlineData(SteeringOperation.Add, -0.5f, new[] { 1f, 3f, 0.5f }, new[] { 0f, 2f, 0f })]
    [InlineData(SteeringOperation.Set, 1f, new[] { 0f, 3f, 1f }, new[] { 2f, 2f, 2f })]
    [InlineData(SteeringOperation.Set, 0.25f, new[] { 1f, 3f, 1f }, new[] { 0.5f, 1.5f, 0.5f })]
    [InlineData(SteeringOperation.Set, 0.5f, new[] { 2f, 3f, 1f }, new[] { 1f, 1.5f, 0.5f })]
    [InlineData(SteeringOperation.Set, 1f, new[] { 1f, 3f, 1f }, new[] { 2f, 4.5f, 1.5f })]
    [InlineData(SteeringOperation.Set, 1f, new[] { 1f, 0f, 0f }, new[] { 2f, 1f, 1f })]
    public void An_operation_moves_the_pooled_value_and_the_patches_after_it(SteeringOperation operation, float value, float[] before, float[] after)
    {
        AssertIs(after, null, Edited(before, operation, value));
        var trained = Strip(before);
        FeatureEditor.Apply(trained, operation, value, unit: 2);
        Assert.Equal(after, Values(trained));
    }

    [Theory]
    [InlineData(SteeringOperation.Set, 2f, new[] { 0f, 0f, 0f }, new[] { 4f, 4f, 4f }, null)]
    [InlineData(SteeringOperation.Set, 2.5f, new[] { 0f, 0f, 0f }, new[] { 4f, 4f, 4f }, "clamped to the safe range, at most 2 times the feature's maximum")]
    [InlineData(SteeringOperation.Scale, 4f, new[] { 1f, 4f, 1f }, new[] { 4f, 12f, 4f }, null)]
    [InlineData(SteeringOperation.Scale, 2f, new[] { 5f, 15f, 1f }, new[] { 5f, 15f, 2f }, "clamped to the safe range, at most 2 times the feature's maximum")]
    public void Values_stop_at_the_safe_range_or_at_what_the_picture_has(SteeringOperation operation, float value, float[] before, float[] after, string? reason) =>
        AssertIs(after, reason, Edited(before, operation, value));

    [Fact]
    public void The_safe_range_of_a_patch_is_never_below_that_of_the_pooled_code() =>
        AssertIs([4f, 4f, 0f], null, Edited([2f, 3f, 0f], SteeringOperation.Scale, 2, feature: s_feature with { PatchMaximum = 1 }));

    [Fact]
    public void Without_clamping_there_is_no_limit() => AssertIs([20f, 20f, 20f], null, Edited([0f, 0f, 0f], SteeringOperation.Set, 10, clamp: false));

    [Theory]
    [InlineData(-0.5f, null)]
    [InlineData(-0.75f, "held at zero")]
    public void A_sum_below_zero_is_held_there_and_says_so(float value, string? reason) => AssertIs([0f, 0f, 0f], reason, Edited([1f, 1f, 1f], SteeringOperation.Add, value));

    [Fact]
    public void Only_a_sum_is_held_at_zero() => AssertIs([0f, 0f, 0f], null, Edited([1f, 1f, 1f], SteeringOperation.Scale, 0));

    [Theory]
    [InlineData(SteeringOperation.Set, 1f, true)]
    [InlineData(SteeringOperation.Add, 1f, true)]
    [InlineData(SteeringOperation.Set, 0f, false)]
    [InlineData(SteeringOperation.Scale, 2f, false)]
    [InlineData(SteeringOperation.Ablate, 0f, false)]
    public void A_feature_that_no_picture_has_is_of_no_unit(SteeringOperation operation, float value, bool isSaid)
    {
        var dead = s_feature with { Maximum = 0, PatchMaximum = 0 };
        var reason = isSaid ? "no calibration picture has the feature, so its unit is 0" : null;
        Assert.Equal(reason, Edited([0f, 0f, 0f], operation, value, feature: dead).Reason);
        Assert.Equal(reason, Edited([0f, 0f, 0f], operation, value, coverage: [1f, 0f], feature: dead).Reason);
    }

    [Theory]
    [InlineData(SteeringOperation.Ablate, 0f, new[] { 2f, 3f, 1f }, new[] { 1f, 1.5f, 0.5f }, null)]
    [InlineData(SteeringOperation.Ablate, 0f, new[] { 0.5f, 3f, 1f }, new[] { 0f, 1.5f, 0.5f }, null)]
    [InlineData(SteeringOperation.Set, 2f, new[] { 0.5f, 3f, 1f }, new[] { 1.5f, 3.5f, 2.5f }, null)]
    [InlineData(SteeringOperation.Add, 10f, new[] { 2f, 3f, 1f }, new[] { 4f, 12f, 11f }, "clamped to the safe range, at most 2 times the feature's maximum")]
    public void In_a_region_patches_go_as_far_as_it_covers_them_and_the_pooled_value_by_their_mean(
        SteeringOperation operation, float value, float[] before, float[] after, string? reason) =>
        AssertIs(after, reason, Edited(before, operation, value, coverage: [0.5f, 0.5f]));

    [Fact]
    public void Patches_that_a_region_leaves_out_stay_as_they_are() =>
        AssertIs([1.5f, 2f, 1f], null, Edited([2f, 3f, 1f], SteeringOperation.Set, 1, coverage: [1f, 0f]));

    [Fact]
    public void A_region_that_covers_no_patch_changes_nothing_and_says_so() => AssertIs(
        [2f, 3f, 1f], "the region lies outside of the square that the model sees", Edited([2f, 3f, 1f], SteeringOperation.Set, 1, coverage: [0f, 0f]));

    [Theory]
    [InlineData(new[] { float.MaxValue, 0f, 0f })]
    [InlineData(new[] { 0f, 1f, float.MaxValue })]
    public void A_value_out_of_the_range_of_numbers_is_refused_by_name(float[] before)
    {
        var refusal = Assert.Throws<SteeringException>(() => Edited(before, SteeringOperation.Scale, 2, clamp: false));
        Assert.Equal(SteeringError.InvalidValue, refusal.Error);
        Assert.Contains("feature 5 ('dog')", refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertIs(float[] values, string? reason, (float[] Values, string? Reason) edited)
    {
        Assert.Equal(values, edited.Values);
        Assert.Equal(reason, edited.Reason);
    }

    private static (float[] Values, string? Reason) Edited(
        float[] before, SteeringOperation operation, float value, float[]? coverage = null, bool clamp = true, Feature? feature = null)
    {
        var strip = Strip(before);
        var reason = FeatureEditor.Apply(strip, new SteeringEdit(s_feature.Id, operation, value), feature ?? s_feature, coverage, clamp);
        return (Values(strip), reason);
    }

    private static FeatureStrip Strip(float[] values) => new(values[0], values[1..]);

    private static float[] Values(FeatureStrip strip) => [strip.Pooled, .. strip.Patches];
}
