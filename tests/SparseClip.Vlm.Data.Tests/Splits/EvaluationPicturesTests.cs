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

    [Fact]
    public void Which_photographs_are_held_out_never_changes()
    {
        // Towers that are published were trained on the others: by another tenth they would be measured on what they have seen.
        Assert.Equal(["000011", "000031", "000044", "000057"], HeldOut("caltech101"));
        Assert.Equal(["000011", "000026", "000031", "000040", "000051"], HeldOut("clothing"));

        static IEnumerable<string> HeldOut(string source) =>
            Enumerable.Range(1, 59).Select(i => $"{i:000000}").Where(key => PhotographSplit.Of(source, key) == "heldout");
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
