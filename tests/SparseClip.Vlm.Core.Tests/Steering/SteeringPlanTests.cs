using System.Security.Cryptography;
using CsCheck;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Core.Tests.Steering;

public class SteeringPlanTests
{
    private static readonly Gen<PictureRegion?> s_region = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Bool)
        .Select((x, y, w, h, isWhole) => isWhole ? null : (PictureRegion?)new PictureRegion(x / 8f, y / 8f, (x + w) / 8f, (y + h) / 8f));

    private static readonly Gen<SteeringEdit> s_edit = Gen.Select(
        Gen.Int[0, 50], Gen.Enum<SteeringOperation>(), Gen.Float[0, 5], s_region,
        (feature, operation, value, region) => new SteeringEdit(new FeatureId(feature), operation, value, region));

    [Fact]
    public void The_order_of_edits_of_different_features_makes_no_difference() => Gen.Select(s_edit.Array[0, 12], Gen.Int).Sample((edits, seed) =>
    {
        var distinct = edits.DistinctBy(edit => edit.Feature).ToArray();
        var shuffled = distinct.ToArray();
        new Random(seed).Shuffle(shuffled);
        var (plan, other) = (SteeringPlan.Create(distinct), SteeringPlan.Create(shuffled));
        Assert.Equal(plan, other);
        Assert.Equal(plan.Hash, other.Hash);
        Assert.Equal(plan.Edits, other.Edits);
    });

    [Fact]
    public void Edits_are_sorted_by_feature_and_those_of_one_feature_keep_their_order() => s_edit.Array[0, 30].Sample(edits =>
    {
        var plan = SteeringPlan.Create(edits);
        Assert.Equal(plan.Edits.Select(edit => edit.Feature).Order(), plan.Edits.Select(edit => edit.Feature));
        foreach (var feature in edits.Select(edit => edit.Feature).Distinct())
        {
            Assert.Equal(
                edits.Where(edit => edit.Feature == feature).Select(edit => edit.Operation),
                plan.Edits.Where(edit => edit.Feature == feature).Select(edit => edit.Operation));
        }
    });

    [Fact]
    public void A_canonical_plan_is_its_own_canonical_form() => s_edit.Array[0, 12].Sample(edits =>
    {
        var plan = SteeringPlan.Create(edits);
        Assert.Equal(plan.Hash, SteeringPlan.Create(plan.Edits).Hash);
    });

    [Fact]
    public void Any_change_of_an_edit_changes_the_hash() => Gen.Select(s_edit.Array[1, 8], Gen.Int[0, 7], Gen.Int[0, 3]).Sample((edits, place, kind) =>
    {
        var changed = edits.ToArray();
        var edit = changed[place % changed.Length];
        changed[place % changed.Length] = kind switch
        {
            0 => edit with { Feature = new FeatureId(edit.Feature.Value + 100) },
            1 => edit with { Operation = edit.Operation == SteeringOperation.Set ? SteeringOperation.Scale : SteeringOperation.Set },
            2 => edit with { Operation = SteeringOperation.Set, Value = edit.Value + 1 },
            _ => edit with { Region = new PictureRegion(0.25f, 0.3f, 0.35f, 0.4f) },
        };
        Assert.NotEqual(SteeringPlan.Create(edits).Hash, SteeringPlan.Create(changed).Hash);
    });

    [Theory]
    [InlineData(0.25f, 0.2f, 0.75f, 0.8f)]
    [InlineData(0.2f, 0.25f, 0.75f, 0.8f)]
    [InlineData(0.2f, 0.2f, 0.7f, 0.8f)]
    [InlineData(0.2f, 0.2f, 0.75f, 0.75f)]
    public void Each_corner_of_a_region_is_part_of_the_hash(float x0, float y0, float x1, float y1) =>
        Assert.NotEqual(InRegion(new PictureRegion(0.2f, 0.2f, 0.75f, 0.8f)), InRegion(new PictureRegion(x0, y0, x1, y1)));

    [Fact]
    public void A_corner_at_negative_zero_is_one_at_zero() =>
        Assert.Equal(InRegion(new PictureRegion(0f, 0f, 0.5f, 0.5f)).Hash, InRegion(new PictureRegion(-0f, -0f, 0.5f, 0.5f)).Hash);

    [Fact]
    public void A_plan_is_not_equal_to_nothing_or_to_another_plan()
    {
        var plan = InRegion(PictureRegion.Whole);
        Assert.False(plan.Equals(null));
        Assert.False(plan.Equals(SteeringPlan.Empty));
        Assert.True(plan.Equals(InRegion(PictureRegion.Whole)));
        Assert.Single(new HashSet<object> { plan, InRegion(PictureRegion.Whole) });
    }

    [Fact]
    public void The_hash_is_that_of_clamping_feature_operation_value_and_corners_in_little_endian()
    {
        var record = new MemoryStream();
        using (var writer = new BinaryWriter(record))
        {
            writer.Write(true);
            writer.Write(0x01020304);
            writer.Write((int)SteeringOperation.Scale);
            writer.Write(1.1f);
            writer.Write(0.1f);
            writer.Write(0.2f);
            writer.Write(0.7f);
            writer.Write(0.8f);
        }

        var plan = SteeringPlan.Create([new SteeringEdit(new FeatureId(0x01020304), SteeringOperation.Scale, 1.1f, new PictureRegion(0.1f, 0.2f, 0.7f, 0.8f))]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(record.ToArray())), plan.Hash);
    }

    [Fact]
    public void A_plan_clamps_unless_it_is_told_not_to()
    {
        SteeringEdit[] edits = [new(new FeatureId(3), SteeringOperation.Set, 1)];
        Assert.Equal((true, true, false), (SteeringPlan.Empty.Clamp, SteeringPlan.Create(edits).Clamp, SteeringPlan.Create(edits, clamp: false).Clamp));
        Assert.Equal((true, false), (SteeringPlan.Empty.IsEmpty, SteeringPlan.Create(edits).IsEmpty));
    }

    [Fact]
    public void Clamping_is_part_of_the_hash()
    {
        SteeringEdit[] edits = [new(new FeatureId(3), SteeringOperation.Set, 1)];
        Assert.NotEqual(SteeringPlan.Create(edits, clamp: true).Hash, SteeringPlan.Create(edits, clamp: false).Hash);
    }

    [Fact]
    public void No_edits_are_the_empty_plan() => Assert.Same(SteeringPlan.Empty, SteeringPlan.Create([]));

    [Fact]
    public void Edits_that_do_the_same_have_the_same_hash()
    {
        var whole = new SteeringEdit(new FeatureId(1), SteeringOperation.Ablate, 0.5f, PictureRegion.Whole);
        Assert.Equal(
            SteeringPlan.Create([new SteeringEdit(new FeatureId(1), SteeringOperation.Ablate, 0)]).Hash, SteeringPlan.Create([whole]).Hash);
        Assert.Equal(
            SteeringPlan.Create([new SteeringEdit(new FeatureId(1), SteeringOperation.Set, 0f)]).Hash,
            SteeringPlan.Create([new SteeringEdit(new FeatureId(1), SteeringOperation.Set, -0f)]).Hash);
    }

    [Theory]
    [InlineData(SteeringOperation.Set, float.NaN)]
    [InlineData(SteeringOperation.Add, float.PositiveInfinity)]
    [InlineData(SteeringOperation.Set, -0.1f)]
    [InlineData(SteeringOperation.Scale, -1f)]
    [InlineData((SteeringOperation)9, 1f)]
    public void A_value_that_means_nothing_is_refused(SteeringOperation operation, float value)
    {
        var error = Assert.Throws<SteeringException>(() => SteeringPlan.Create([new SteeringEdit(new FeatureId(1), operation, value)]));
        Assert.Equal(SteeringError.InvalidValue, error.Error);
    }

    [Theory]
    [InlineData(0.5f, 0f, 0.5f, 1f)]
    [InlineData(-0.1f, 0f, 0.5f, 1f)]
    [InlineData(0f, 0f, 1f, 1.5f)]
    [InlineData(float.NaN, 0f, 1f, 1f)]
    [InlineData(0f, 0.5f, 1f, 0.5f)]
    public void A_region_outside_of_the_picture_is_refused(float x0, float y0, float x1, float y1)
    {
        var edit = new SteeringEdit(new FeatureId(1), SteeringOperation.Ablate, 0, new PictureRegion(x0, y0, x1, y1));
        Assert.Equal(SteeringError.InvalidRegion, Assert.Throws<SteeringException>(() => SteeringPlan.Create([edit])).Error);
    }

    [Fact]
    public void A_negative_feature_is_refused() => Assert.Equal(
        SteeringError.UnknownFeature,
        Assert.Throws<SteeringException>(() => SteeringPlan.Create([new SteeringEdit(new FeatureId(-1), SteeringOperation.Ablate, 0)])).Error);

    private static SteeringPlan InRegion(PictureRegion region) => SteeringPlan.Create([new SteeringEdit(new FeatureId(1), SteeringOperation.Ablate, 0, region)]);
}
