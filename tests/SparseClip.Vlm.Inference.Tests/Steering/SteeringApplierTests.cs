using CsCheck;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Geometry;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Inference.Steering;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Inference.Tests.Steering;

public class SteeringApplierTests
{
    private const int Dimension = 12;
    private const int Grid = 2;
    private static readonly SquareMapping s_square = SquarePolicy.Map(100, 100);

    private static readonly Gen<SparseCode> s_code = Gen.Select(Gen.Float[0.01f, 3f], Gen.Int[0, 2], (value, choice) => choice == 0 ? value : 0f)
        .Array[Dimension].Select(dense => SparseCode.FromDense(dense));

    private static readonly Gen<ImageCode> s_picture = Gen.Select(s_code, s_code.Array[Grid * Grid], (pooled, patches) => new ImageCode(pooled, patches, Grid, Grid));

    private static readonly Gen<SteeringEdit> s_edit = Gen.Select(
        Gen.Int[0, Dimension - 1], Gen.Enum<SteeringOperation>(), Gen.Float[0, 3], Gen.Bool,
        (feature, operation, value, isWhole) => new SteeringEdit(new FeatureId(feature), operation, value, isWhole ? null : new PictureRegion(0, 0, 0.75f, 0.5f)));

    private static readonly SteeringApplier s_applier = new(Features(maximum: 2f, patchMaximum: 6f));

    [Fact]
    public void An_empty_plan_gives_the_very_same_code() => s_picture.Sample(picture =>
    {
        var result = s_applier.Apply(picture, SteeringPlan.Empty, s_square);
        Assert.Same(picture, result.Code);
        Assert.Empty(result.Applied);
    });

    [Fact]
    public void A_value_that_was_held_is_reported_with_what_was_asked_and_why() => s_picture.Sample(picture =>
    {
        var held = new SteeringEdit(new FeatureId(1), SteeringOperation.Set, 1, null, new HeldValue(4, "held at 1"));
        var applied = Assert.Single(s_applier.Apply(picture, SteeringPlan.Create([held]), s_square).Applied);
        Assert.Equal((4f, 1f, "held at 1"), (applied.Requested, applied.Effective, applied.Reason));
    });

    [Fact]
    public void Features_that_no_edit_names_keep_every_bit() => Gen.Select(s_picture, s_edit.Array[1, 5]).Sample((picture, edits) =>
    {
        var steered = s_applier.Apply(picture, SteeringPlan.Create(edits), s_square).Code;
        var untouched = Enumerable.Range(0, Dimension).Except(edits.Select(edit => edit.Feature.Value));
        foreach (var feature in untouched)
        {
            Assert.Equal(Values(picture, feature), Values(steered, feature));
        }
    });

    [Fact]
    public void Every_edit_is_reported_and_the_report_is_true() => Gen.Select(s_picture, s_edit.Array[1, 5]).Sample((picture, edits) =>
    {
        var plan = SteeringPlan.Create(edits);
        var result = s_applier.Apply(picture, plan, s_square);
        Assert.Equal(plan.Edits.Select(edit => (edit.Feature, edit.Operation)), result.Applied.Select(edit => (edit.Feature, edit.Operation)));
        foreach (var last in result.Applied.GroupBy(edit => edit.Feature).Select(group => group.Last()))
        {
            Assert.Equal(result.Code.Pooled[last.Feature.Value], last.Effective * 2f, 1e-4f);
        }
    });

    [Fact]
    public void Clamped_values_stay_in_the_safe_range_or_where_the_picture_has_them() => Gen.Select(s_picture, s_edit.Array[1, 5]).Sample((picture, edits) =>
    {
        var steered = s_applier.Apply(picture, SteeringPlan.Create(edits), s_square).Code;
        foreach (var feature in edits.Select(edit => edit.Feature.Value).Distinct())
        {
            Assert.InRange(steered.Pooled[feature], 0f, Math.Max(4f, picture.Pooled[feature]));
            Assert.All(steered.Patches, patch => Assert.InRange(patch[feature], 0f, Math.Max(12f, picture.Patches.Max(other => other[feature]))));
        }
    });

    [Fact]
    public void Ablating_removes_the_feature_everywhere() => Gen.Select(s_picture, Gen.Int[0, Dimension - 1]).Sample((picture, feature) =>
    {
        var steered = Apply(picture, new SteeringEdit(new FeatureId(feature), SteeringOperation.Ablate, 0));
        Assert.All(Values(steered, feature), value => Assert.Equal(0f, value));
        Assert.Equal(steered.Pooled, Apply(picture, new SteeringEdit(new FeatureId(feature), SteeringOperation.Set, 0)).Pooled);
    });

    [Fact]
    public void Setting_a_feature_that_the_picture_lacks_puts_the_value_into_every_code()
    {
        var picture = Picture(pooled: 0f, 0f, 0f, 0f, 0f);
        Assert.Equal([3f, 3f, 3f, 3f, 3f], Values(Apply(picture, new SteeringEdit(new FeatureId(5), SteeringOperation.Set, 1.5f)), 5));
    }

    [Fact]
    public void Setting_a_feature_that_the_picture_has_keeps_its_layout()
    {
        var picture = Picture(pooled: 1f, 4f, 0f, 0f, 0f);
        Assert.Equal([0.5f, 2f, 0f, 0f, 0f], Values(Apply(picture, new SteeringEdit(new FeatureId(5), SteeringOperation.Set, 0.25f)), 5));
        // Up by 1: the mean of the patches rises by 1 too, all of it where the feature is.
        Assert.Equal([2f, 8f, 0f, 0f, 0f], Values(Apply(picture, new SteeringEdit(new FeatureId(5), SteeringOperation.Set, 1f)), 5));
        Assert.Equal([1f, 4f, 0f, 0f, 0f], Values(Apply(picture, new SteeringEdit(new FeatureId(5), SteeringOperation.Set, 0.5f)), 5));
    }

    [Fact]
    public void Adding_moves_every_code_alike_and_stops_at_zero()
    {
        var picture = Picture(pooled: 1f, 4f, 0f, 0f, 0f);
        Assert.Equal([2f, 5f, 1f, 1f, 1f], Values(Apply(picture, new SteeringEdit(new FeatureId(5), SteeringOperation.Add, 0.5f)), 5));
        Assert.Equal([0f, 1f, 0f, 0f, 0f], Values(Apply(picture, new SteeringEdit(new FeatureId(5), SteeringOperation.Add, -1.5f)), 5));
    }

    [Fact]
    public void A_region_changes_its_patches_and_the_pooled_code_by_their_mean()
    {
        var picture = Picture(pooled: 1.5f, 4f, 2f, 0f, 0f);
        var left = new PictureRegion(0, 0, 0.5f, 1);
        Assert.Equal([0.5f, 0f, 2f, 0f, 0f], Values(Apply(picture, new SteeringEdit(new FeatureId(5), SteeringOperation.Ablate, 0, left)), 5));
        // A quarter of the width covers half of the left patches.
        var quarter = new PictureRegion(0, 0, 0.25f, 1);
        Assert.Equal([1f, 2f, 2f, 0f, 0f], Values(Apply(picture, new SteeringEdit(new FeatureId(5), SteeringOperation.Ablate, 0, quarter)), 5));
    }

    [Fact]
    public void A_region_that_was_cropped_away_changes_nothing_and_says_so()
    {
        var picture = Picture(pooled: 1f, 1f, 1f, 1f, 1f);
        var edit = new SteeringEdit(new FeatureId(5), SteeringOperation.Ablate, 0, new PictureRegion(0, 0, 0.05f, 1));
        var result = s_applier.Apply(picture, SteeringPlan.Create([edit]), SquarePolicy.Map(120, 100));
        Assert.Equal(Values(picture, 5), Values(result.Code, 5));
        Assert.Contains("outside", Assert.Single(result.Applied).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_above_the_safe_range_is_clamped_and_reported_unless_clamping_is_off()
    {
        var picture = Picture(pooled: 0f, 0f, 0f, 0f, 0f);
        SteeringEdit[] edits = [new(new FeatureId(5), SteeringOperation.Set, 9f)];
        var held = Assert.Single(s_applier.Apply(picture, SteeringPlan.Create(edits), s_square).Applied);
        Assert.Equal((9f, 2f), (held.Requested, held.Effective));
        Assert.Contains("clamped", held.Reason, StringComparison.Ordinal);
        var free = Assert.Single(s_applier.Apply(picture, SteeringPlan.Create(edits, clamp: false), s_square).Applied);
        Assert.Equal((9f, null), (free.Effective, free.Reason));
    }

    [Fact]
    public void One_edit_that_cannot_be_done_refuses_the_whole_plan()
    {
        var picture = Picture(pooled: 1f, 1f, 1f, 1f, 1f);
        var good = new SteeringEdit(new FeatureId(5), SteeringOperation.Ablate, 0);
        var unknown = SteeringPlan.Create([good, new SteeringEdit(new FeatureId(Dimension), SteeringOperation.Ablate, 0)]);
        Assert.Equal(SteeringError.UnknownFeature, Assert.Throws<SteeringException>(() => s_applier.Apply(picture, unknown, s_square)).Error);
        var infinite = SteeringPlan.Create(
            [good, new SteeringEdit(new FeatureId(5), SteeringOperation.Set, 1), new SteeringEdit(new FeatureId(5), SteeringOperation.Scale, float.MaxValue)], clamp: false);
        Assert.Equal(SteeringError.InvalidValue, Assert.Throws<SteeringException>(() => s_applier.Apply(picture, infinite, s_square)).Error);
        Assert.Equal([1f, 1f, 1f, 1f, 1f], Values(picture, 5));
    }

    [Fact]
    public void A_dead_feature_has_no_unit_and_the_report_says_so()
    {
        var applier = new SteeringApplier(Features(maximum: 0f, patchMaximum: 0f));
        var result = applier.Apply(Picture(0f, 0f, 0f, 0f, 0f), SteeringPlan.Create([new SteeringEdit(new FeatureId(5), SteeringOperation.Set, 1)]), s_square);
        var applied = Assert.Single(result.Applied);
        Assert.Contains("unit is 0", applied.Reason, StringComparison.Ordinal);
        Assert.Equal(0, applied.Effective);
    }

    [Fact]
    public void A_feature_that_is_ablated_was_asked_for_no_value()
    {
        SteeringEdit[] edits = [new(new FeatureId(5), SteeringOperation.Ablate, 0), new(new FeatureId(6), SteeringOperation.Set, 0)];
        var applied = s_applier.Apply(Picture(1f, 1f, 1f, 1f, 1f), SteeringPlan.Create(edits), s_square).Applied;
        Assert.Equal([null, 0f], applied.Select(edit => edit.Requested));
    }

    [Fact]
    public void A_code_of_another_tower_and_a_region_of_a_grid_that_is_no_square_are_refused()
    {
        var other = new ImageCode(SparseCode.FromDense(new float[4]), [SparseCode.FromDense(new float[4])], 1, 1);
        var everywhere = new SteeringEdit(new FeatureId(1), SteeringOperation.Ablate, 0);
        Assert.Throws<ArgumentException>(() => s_applier.Apply(other, SteeringPlan.Create([everywhere]), s_square));
        var wide = new ImageCode(Code(1), [Code(1), Code(1)], 1, 2);
        Assert.Throws<NotSupportedException>(() => s_applier.Apply(wide, SteeringPlan.Create([everywhere with { Region = new PictureRegion(0, 0, 0.5f, 1) }]), s_square));
    }

    private static ImageCode Apply(ImageCode picture, params SteeringEdit[] edits) => s_applier.Apply(picture, SteeringPlan.Create(edits), s_square).Code;

    /// <summary>A picture with feature 5 alone.</summary>
    private static ImageCode Picture(float pooled, params float[] patches) => new(Code(pooled), [.. patches.Select(Code)], Grid, Grid);

    private static SparseCode Code(float value) => value > 0 ? SparseCode.FromSorted(Dimension, [5], [value]) : SparseCode.FromDense(new float[Dimension]);

    /// <summary>The feature's values in the pooled code and the patch codes.</summary>
    private static float[] Values(ImageCode code, int feature) => [code.Pooled[feature], .. code.Patches.Select(patch => patch[feature])];

    private static Feature[] Features(float maximum, float patchMaximum) =>
        [.. Enumerable.Range(0, Dimension).Select(id => new Feature(new FeatureId(id), $"feature {id}", [], maximum, 0.1f, 2f, patchMaximum))];
}
