using CsCheck;
using SparseClip.Vlm.Studies.Plots;

namespace SparseClip.Vlm.Studies.Tests.Plots;

public class LabelPlacementTests
{
    private static readonly LabelBox s_frame = new(50, 50, 830, 460);

    [Fact]
    public void A_name_stands_to_the_right_of_a_point_that_is_alone() =>
        Assert.Equal(new LabelBox(408, 292, 60, 16), LabelPlacement.Place([(400, 300)], [(60, 16)], s_frame).Single());

    [Fact]
    public void A_name_stands_to_the_left_of_a_point_near_the_right_edge() =>
        Assert.Equal(new LabelBox(732, 292, 120, 16), LabelPlacement.Place([(860, 300)], [(120, 16)], s_frame).Single());

    [Fact]
    public void Names_of_points_in_one_heap_cover_neither_each_other_nor_a_point()
    {
        (double X, double Y)[] points = [(400, 300), (404, 302), (398, 306), (410, 297), (405, 310), (395, 295), (409, 304), (401, 291)];
        Check(points, LabelPlacement.Place(points, [.. points.Select(_ => (150.0, 16.0))], s_frame));
    }

    [Fact]
    public void Names_of_points_anywhere_stay_in_the_frame() =>
        Gen.Select(Gen.Double[60, 870], Gen.Double[60, 500]).Array[1, 8].Sample(
            points => Check(points, LabelPlacement.Place(points, [.. points.Select(_ => (110.0, 16.0))], s_frame)), iter: 200);

    [Fact]
    public void The_overlap_of_boxes_is_the_area_that_they_share()
    {
        Assert.Equal(15, new LabelBox(0, 0, 10, 10).Overlap(new LabelBox(5, 7, 10, 10)));
        Assert.Equal(0, new LabelBox(0, 0, 10, 10).Overlap(new LabelBox(10, 0, 10, 10)));
        Assert.Equal((10, 4), new LabelBox(0, 0, 10, 10).Nearest(20, 4));
    }

    private static void Check((double X, double Y)[] points, LabelBox[] boxes)
    {
        for (var i = 0; i < boxes.Length; i++)
        {
            Assert.Equal(boxes[i].Width * boxes[i].Height, boxes[i].Overlap(s_frame), 1e-6);
            Assert.All(points, point => Assert.Equal(0, boxes[i].Overlap(new LabelBox(point.X - 4, point.Y - 4, 8, 8)), 1e-6));
            Assert.All(boxes[..i], other => Assert.Equal(0, boxes[i].Overlap(other), 1e-6));
        }
    }
}
