using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.State;

/// <summary>The rows and their edits.</summary>
public sealed class SteeringDeskTests
{
    private static readonly FeatureSummary s_cat = new(7, "cat", 0.1f, 1.5f, 1);

    private static SteeringDesk Desk()
    {
        var desk = new SteeringDesk();
        desk.Show(new ImageResponse("id", 1, 1, new SeenAs(1, 1, [0, 0, 1, 1]), [new ImageFeature(1, "dog", 1, 0.9f, 2), new ImageFeature(2, "red", 1, 0.3f, 2)], []));
        return desk;
    }

    [Fact]
    public void Without_a_move_there_are_no_edits() => Assert.Null(Desk().Edits);

    [Fact]
    public void What_is_added_comes_first_and_is_raised()
    {
        var desk = Desk();
        desk.Add("cat", s_cat);
        Assert.Equal(["cat", "dog", "red"], desk.Rows.Select(row => row.Name));
        Assert.Equal(("cat", "set", 1f), (desk.Edits!.Edits[0].Name, desk.Edits.Edits[0].Op, desk.Edits.Edits[0].Value));
    }

    [Fact]
    public void A_concept_that_is_added_stands_at_its_usual_level_and_its_slider_ends_where_it_is_safe()
    {
        var desk = Desk();
        var row = desk.Add(new ConceptSummary("cat", true, 0.99f, false, null) { Feature = 7, HasUsual = true, SafeMaximum = 1.5f, Badge = "strong" });
        Assert.Equal(("cat", 7, 1f, 1.5f, true), (row.Name, row.Id, row.Value, row.Maximum, row.CountsInUsual));
        row.MoveTo(3);
        Assert.Equal(("cat", "set", 1.5f), (desk.Edits!.Edits[0].Name, desk.Edits.Edits[0].Op, desk.Edits.Edits[0].Value));
        Assert.Equal(1.5f, row.Copy().Maximum);
        Assert.Equal(2f, Desk().Add(new ConceptSummary("cow", false, null, false, null)).Maximum);
        Assert.Equal(1f, Desk().Add(new ConceptSummary("cow", true, 1, false, null) { HasUsual = true, SafeMaximum = 0.5f }).Maximum);
    }

    [Fact]
    public void An_added_word_at_zero_removes_what_carries_it_under_other_names()
    {
        var desk = Desk();
        desk.Add("animal", s_cat).MoveTo(0);
        Assert.Equal(("animal", "ablate"), (desk.Edits!.Edits[0].Name, desk.Edits.Edits[0].Op));
    }

    [Fact]
    public void What_is_taken_out_is_removed_by_its_word_whether_it_has_a_row_or_not()
    {
        var desk = Desk();
        desk.TakeOut("animal", 7);
        desk.TakeOut("dog", 1);
        Assert.Equal(["animal", "dog", "red"], desk.Rows.Select(row => row.Name));
        Assert.Equal([("animal", "ablate"), ("dog", "ablate")], desk.Edits!.Edits.Select(edit => (edit.Name, edit.Op)));
    }

    [Fact]
    public void Adding_what_is_there_raises_its_row()
    {
        var desk = Desk();
        desk.Add("red", s_cat);
        Assert.Equal(2, desk.Rows.Count);
        Assert.Equal(1f, desk.Rows[1].Value);
    }

    [Fact]
    public void Reset_takes_all_back()
    {
        var desk = Desk();
        desk.Add("cat", s_cat);
        desk.Rows[1].Remove();
        Assert.Equal(2, desk.EditCount);
        desk.Reset();
        Assert.Equal((0, 2), (desk.EditCount, desk.Rows.Count));
    }
}
