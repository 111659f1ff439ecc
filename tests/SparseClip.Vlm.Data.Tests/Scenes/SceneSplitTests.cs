using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Tests.Shared;


namespace SparseClip.Vlm.Data.Tests.Scenes;

public sealed class SceneSplitTests : IDisposable
{
    private readonly TinyDataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void About_an_eighth_of_the_pairs_is_held_out_whatever_their_order()
    {
        var pairs = Enumerable.Range(0, 4000).Select(i => ($"a{i % 80}", $"b{i / 80}")).ToArray();
        Assert.InRange(pairs.Count(pair => SceneSplit.IsHeldOut(pair.Item1, pair.Item2)), 400, 600);
        Assert.All(pairs, pair => Assert.Equal(SceneSplit.IsHeldOut(pair.Item1, pair.Item2), SceneSplit.IsHeldOut(pair.Item2, pair.Item1)));
    }

    [Fact]
    public void Training_scenes_have_no_held_out_pair_and_evaluation_scenes_only_such()
    {
        var token = TestContext.Current.CancellationToken;
        using var loader = ClipBatchLoader.Open(
            folder.Path, new ClipLoaderOptions { Size = 32, Icons = 1, Scenes = 12, SceneObjects = 3, Photos = 1, Extras = 0 }, cancellationToken: token);
        for (var step = 0; step < 20; step++)
        {
            using var batch = loader.Make(step, token);
            Assert.All(batch.Items.Where(item => item.Truth is not null), item => Assert.DoesNotContain(
                item.Truth!.Labels.SelectMany(a => item.Truth.Labels.Where(b => b != a), (a, b) => (a, b)), pair => SceneSplit.IsHeldOut(pair.a, pair.b)));
        }

        using var index = ShardIndex.Open(folder.Path, token);
        string[] labels = [.. index.Items.Where(item => item.IsIcon).Select(item => Noun.Normalize(item.Entry.Label)).Distinct()];
        var scenes = new DrawnScenes(index, labels, 48, null, ["fxemoji"]);
        var (first, again) = (new byte[48 * 48 * 3], new byte[48 * 48 * 3]);
        for (var number = 0; number < 20; number++)
        {
            var truth = scenes.DrawTwo(number, first);
            Assert.Equal(truth.Objects, scenes.DrawTwo(number, again).Objects);
            Assert.Equal(first, again);
            Assert.True(SceneSplit.IsHeldOut(truth.Objects[0].Label, truth.Objects[1].Label));
        }
    }

    [Fact]
    public void One_thing_is_drawn_once_to_four_times_and_the_same_at_every_call()
    {
        using var index = ShardIndex.Open(folder.Path, TestContext.Current.CancellationToken);
        string[] labels = [.. index.Items.Where(item => item.IsIcon).Select(item => Noun.Normalize(item.Entry.Label)).Distinct()];
        var scenes = new DrawnScenes(index, labels, 48, null, ["fxemoji"]);
        var (first, again) = (new byte[48 * 48 * 3], new byte[48 * 48 * 3]);
        var counts = new HashSet<int>();
        for (var number = 0; number < 30; number++)
        {
            var truth = scenes.DrawEqual(number, first);
            Assert.Equal(truth.Objects, scenes.DrawEqual(number, again).Objects);
            Assert.Equal(first, again);
            Assert.Single(truth.Labels);
            counts.Add(truth.Objects.Count);
        }

        Assert.Equal([1, 2, 3, 4], counts.Order());
    }
}
