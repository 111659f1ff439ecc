using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.State;

/// <summary>What a slider's position means as an edit.</summary>
public sealed class FeatureControlTests
{
    private static FeatureControl Row(string name = "dog", float observed = 0.8f) => new(name, 5, observed, 1.5f);

    [Fact]
    public void An_untouched_slider_is_no_edit() => Assert.Null(Row().ToEdit());

    [Fact]
    public void Zero_ablates()
    {
        var row = Row();
        row.MoveTo(0);
        Assert.True(row.IsRemoved);
        Assert.Equal(("dog", "ablate", null), (row.ToEdit()!.Name, row.ToEdit()!.Op, row.ToEdit()!.Value));
    }

    [Fact]
    public void Below_the_picture_scales_all_that_carries_the_word()
    {
        var row = Row();
        row.MoveTo(0.4f);
        Assert.Equal(("scale", 0.5f), (row.ToEdit()!.Op, row.ToEdit()!.Value));
    }

    [Fact]
    public void Above_the_picture_scales_too_so_that_nothing_that_carries_the_word_is_lowered()
    {
        var row = Row();
        row.MoveTo(1.6f);
        Assert.Equal(("scale", 2f), (row.ToEdit()!.Op, row.ToEdit()!.Value));
    }

    [Fact]
    public void What_the_picture_does_not_have_is_set()
    {
        var row = new FeatureControl("cat", 3, 0, 2, isAdded: true);
        row.MoveTo(1.5f);
        Assert.Equal(("set", 1.5f), (row.ToEdit()!.Op, row.ToEdit()!.Value));
    }

    [Fact]
    public void A_feature_whose_name_pictures_do_not_bear_out_has_a_row_of_its_own_and_is_steered_alone()
    {
        var rows = FeatureControl.FromPicture(
        [
            new ImageFeature(1, "dog", 1, 0.9f, 2) { Title = "dog", Standing = "verified" },
            new ImageFeature(2, "dog (2)", 1, 0.8f, 2) { Title = "unnamed (near: dog, wolf)", Standing = "unnamed" },
            new ImageFeature(3, "dog (3)", 1, 0.7f, 2) { Title = "dog (3)", Standing = "given" },
        ]);
        Assert.Equal([("dog", "dog", true), ("feature 2", "unnamed (near: dog, wolf)", false)], rows.Select(row => (row.Name, row.Title, row.IsNamed)));
        rows[1].Remove();
        Assert.Equal((2, null), (rows[1].ToEdit()!.Feature, rows[1].ToEdit()!.Name));
        rows[0].Remove();
        Assert.Equal((null, "dog"), (rows[0].ToEdit()!.Feature, rows[0].ToEdit()!.Name));
        Assert.Equal(rows[1].Title, rows[1].Copy().Title);
    }

    [Fact]
    public void A_feature_without_a_word_is_steered_by_its_number()
    {
        var row = Row("feature 5");
        row.Remove();
        Assert.Equal((5, null), (row.ToEdit()!.Feature, row.ToEdit()!.Name));
    }

    [Fact]
    public void A_slider_stays_within_its_track()
    {
        var row = Row(observed: 2.34f);
        row.MoveTo(99);
        Assert.Equal(2.4f, row.Value, 3);
        row.MoveTo(-1);
        Assert.Equal(0, row.Value);
        row.MoveTo(float.NaN);
        Assert.Equal(0, row.Value);
    }

    [Fact]
    public void Features_of_one_word_share_a_row()
    {
        var rows = FeatureControl.FromPicture(
        [
            new ImageFeature(1, "grass", 9, 0.5f, 1), new ImageFeature(2, "dog", 5, 0.7f, 1), new ImageFeature(3, "dog (2)", 4, 0.9f, 2), new ImageFeature(4, "feature 4", 1, 0.1f, 1),
        ]);
        Assert.Equal(["grass", "dog", "feature 4"], rows.Select(row => row.Name));
        Assert.Equal((3, 0.9f), (rows[1].Id, rows[1].Observed));
    }
}
