using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation.Features;

namespace SparseClip.Vlm.Evaluation.Tests;

public class FeatureNameEvaluatorTests
{
    [Fact]
    public void Shares_count_every_active_feature_and_each_once()
    {
        Feature[] features = [Of(0, 0.95f, NameOrigin.Found), Of(1, 0.5f, NameOrigin.Found), Of(2, null, NameOrigin.Class), new Feature(new FeatureId(3), "cup", [], 1, 0, 2, 1)];
        (LabelledPicture, SparseCode)[] pictures =
        [
            (Picture("a"), SparseCode.FromSorted(4, [0, 1], [2f, 1f])), (Picture("b"), SparseCode.FromSorted(4, [0, 2], [2f, 1f])),
            (Picture("c"), SparseCode.FromSorted(4, [0, 3], [2f, 1f])), (Picture("d"), SparseCode.FromSorted(4, [0], [2f])),
        ];

        var score = new FeatureNameEvaluator(features, (picture, _) => picture.Name == "d" ? null : picture.Name != "a", (_, _) => 0.8).Evaluate(pictures);

        Assert.Equal(new NameShares(4 / 7.0, 1 / 7.0, 1 / 7.0, 1 / 7.0, 7), score.Active);
        Assert.Equal(score.Active, score.Listed);
        Assert.Equal(new NameShares(0.25, 0.25, 0.25, 0.25, 4), score.Features);
        Assert.Equal((2 / 3.0, 3), (score.True!.Value, score.Told));
        Assert.Equal((0, 1, 4), (score.Confirmed!.Value, score.Tried, score.Pictures));
    }

    private static Feature Of(int id, float? area, NameOrigin origin) =>
        new(new FeatureId(id), $"word {id}", [], 1, 0, 2, 1) { Evidence = new FeatureEvidence($"word {id}", NameBasis.Shown, area, area is null ? 0 : 10, 10, origin, []) };

    private static LabelledPicture Picture(string name) => new(name, "dog", null, new ShardLocation(0, 0, 0));
}
