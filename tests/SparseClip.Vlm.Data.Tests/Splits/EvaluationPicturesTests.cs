using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using Xunit;

namespace SparseClip.Vlm.Data.Tests.Splits;

public class EvaluationPicturesTests
{
    [Fact]
    public void Held_out_photographs_fall_into_two_halves_and_trained_ones_into_none()
    {
        var photographs = Enumerable.Range(0, 20_000).Select(i => Entry("photo", "shop", $"shop-{i:000000}", PhotographSplit.Of("shop", $"{i:000000}"))).ToList();

        var choosing = photographs.Where(entry => entry.Serves(EvaluationPurpose.Choosing)).ToHashSet();
        var final = photographs.Where(entry => entry.Serves(EvaluationPurpose.Final)).ToHashSet();

        Assert.False(choosing.Overlaps(final));
        Assert.Equal(photographs.Where(entry => entry.Split == "heldout").ToHashSet(), choosing.Union(final).ToHashSet());
        Assert.InRange((double)choosing.Count / (choosing.Count + final.Count), 0.45, 0.55);
    }

    [Theory]
    [InlineData("fxemoji", true, EvaluationPurpose.Choosing)]
    [InlineData("openmoji", true, EvaluationPurpose.Final)]
    [InlineData("fxemoji", false, null)]
    [InlineData("openmoji", false, null)]
    [InlineData("noto", true, null)]
    public void Of_icons_the_concrete_items_of_one_family_serve_each_purpose(string source, bool isConcrete, EvaluationPurpose? expected)
    {
        var entry = Entry("icon", source, $"{source}-dog", "train") with { Concrete = isConcrete };

        Assert.All(Enum.GetValues<EvaluationPurpose>(), purpose => Assert.Equal(purpose == expected, entry.Serves(purpose)));
    }

    private static CatalogueEntry Entry(string kind, string source, string key, string split) =>
        new(key, kind, source, source, source, key, "dog", [], "Animals", null, null, "MIT", split, "shard.tar");
}
