using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Features;

namespace SparseClip.Vlm.Training.Tests.Features;

public class FeatureCountsTests
{
    [Fact]
    public void What_pictures_and_their_labels_show_is_counted()
    {
        // Feature 0 in all pictures with 1..100, feature 1 with it in every second one, feature 2 in texts alone, feature 3 never.
        var pictures = Enumerable.Range(1, 100).Select(i => new EncodedPicture(
            new LabelledPicture($"{i}", i % 4 == 0 ? "cup" : "dog", null, new ShardLocation(0, 0, 0)), SparseCode.FromSorted(4, i % 2 == 0 ? [0, 1] : [0], i % 2 == 0 ? [i, i] : [i]))).ToList();
        var texts = new Dictionary<string, SparseCode> { ["dog"] = SparseCode.FromSorted(4, [2], [5f]), ["cup"] = SparseCode.FromSorted(4, [0], [5f]) };

        var counted = FeatureCounts.Of(4, pictures, texts, null, TestContext.Current.CancellationToken);

        Assert.Equal((100, 100, 100f, 99f, 1f), (counted[0].Pictures, counted[0].Active, counted[0].Maximum, counted[0].P99, counted[0].Density));
        Assert.Equal(100, counted[0].Histogram.Sum());
        Assert.Equal(4, counted[0].Histogram[0]); // 1 to 4 of 100; 5 begins the next bin
        Assert.Equal((50, 50), (counted[1].Active, counted[1].Histogram.Sum()));
        Assert.Equal(1, counted[1].Modality!.Value, 1e-6);
        Assert.Equal(0, counted[2].Modality!.Value, 1e-6);
        // In unit codes feature 0 is 1 where it is alone and the root of a half elsewhere; the text of a quarter of the pictures has it at 1.
        var mean = (50 + (50 / Math.Sqrt(2))) / 100;
        Assert.Equal(mean / (mean + 0.25), counted[0].Modality!.Value, 1e-5);
        Assert.Equal((0, 0f, 0f), (counted[3].Active, counted[3].Maximum, counted[3].P99));
        Assert.Null(counted[3].Modality);
        var near = Assert.Single(counted[1].Neighbours);
        Assert.Equal((0, 0f), (near.Feature, near.Texts));
        Assert.Equal((50 * 0.5) / (Math.Sqrt(50 + (50 * 0.5)) * Math.Sqrt(50 * 0.5)), near.Pictures, 1e-5);
    }
}
