using CsCheck;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Evaluation.Tests;

public sealed class HeatMapScoreTests
{
    private static readonly SceneBox Whole = new(0, 0, 1, 1);

    [Theory]
    [InlineData(0.4f, 0.4f, 0.6f, 0.6f, true)] // around the peak
    [InlineData(0.56f, 0.4f, 0.9f, 0.6f, true)] // within the tolerance beside it
    [InlineData(0.7f, 0.4f, 0.9f, 0.6f, false)]
    [InlineData(0, 0, 0.3f, 0.3f, false)]
    public void A_peak_lies_in_a_box_or_near_it(float left, float top, float right, float bottom, bool expected)
    {
        float[] map = [0, 0, 0, 0, 1, 0, 0, 0, 0]; // its peak is the middle of the picture
        Assert.Equal(expected, HeatMapScore.PeakLiesIn(map, 3, new SceneBox(left, top, right, bottom)));
    }

    [Fact]
    public void Negative_values_have_no_mass_and_cells_count_by_what_of_them_lies_in_the_box()
    {
        float[] map = [4, -3, 0, 2];
        Assert.Equal((4 + 2) / 4.0, HeatMapScore.MassIn(map, 2, Whole), 1e-6);
        Assert.Equal(4 / 8.0, HeatMapScore.MassIn(map, 2, new SceneBox(0, 0, 0.25f, 0.5f)), 1e-6);
        Assert.Equal(0, HeatMapScore.MassIn(map, 2, new SceneBox(0.5f, 0, 1, 0.5f)), 1e-6);
    }

    [Fact]
    public void The_mass_of_two_halves_is_the_mass_of_the_whole() =>
        Gen.Select(Gen.Float[-1, 1].Array[36], Gen.Float[0, 1]).Sample((map, cut) =>
            Assert.Equal(
                HeatMapScore.MassIn(map, 6, Whole),
                HeatMapScore.MassIn(map, 6, new SceneBox(0, 0, cut, 1)) + HeatMapScore.MassIn(map, 6, new SceneBox(cut, 0, 1, 1)),
                1e-5));

    [Fact]
    public void The_patches_of_a_box_share_it_out() =>
        Gen.Float[0, 1].Array[4].Sample(sides =>
        {
            var box = new SceneBox(Math.Min(sides[0], sides[1]), Math.Min(sides[2], sides[3]), Math.Max(sides[0], sides[1]), Math.Max(sides[2], sides[3]));
            var weights = HeatMapScore.Weights(5, box);
            Assert.Equal(1, weights.Sum(), 1e-4f);
            Assert.All(weights, weight => Assert.True(weight >= 0));
        });

    [Fact]
    public void A_box_in_one_patch_has_only_that_one() =>
        Assert.Equal([0, 0, 1, 0], HeatMapScore.Weights(2, new SceneBox(0.1f, 0.6f, 0.4f, 0.9f)));

    [Fact]
    public void The_peak_is_in_the_whole_picture() =>
        Gen.Float[-1, 1].Array[36].Sample(map => Assert.True(HeatMapScore.PeakLiesIn(map, 6, Whole)));
}
