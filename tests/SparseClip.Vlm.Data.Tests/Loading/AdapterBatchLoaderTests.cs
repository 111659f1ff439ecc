using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Tests.Shared;


namespace SparseClip.Vlm.Data.Tests.Loading;

public sealed class AdapterBatchLoaderTests : IDisposable
{
    private static readonly AdapterLoaderOptions Small = new() { Size = 48, BatchSize = 20, SceneObjects = 4 };

    private readonly TinyDataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_seed_and_step_give_the_same_pictures_and_dialogues()
    {
        using var one = AdapterBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        using var other = AdapterBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        other.Start(3);
        using var a = one.Make(3, TestContext.Current.CancellationToken);
        using var b = other.Next(TestContext.Current.CancellationToken);

        Assert.True(a.Pixels.AsSpan(0, a.PixelCount).SequenceEqual(b.Pixels.AsSpan(0, b.PixelCount)));
        Assert.Equal(a.Samples.SelectMany(s => s.Turns), b.Samples.SelectMany(s => s.Turns));
    }

    [Fact]
    public void The_mix_and_the_number_of_turns_are_as_asked_for()
    {
        using var loader = AdapterBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        using var batch = loader.Make(0, TestContext.Current.CancellationToken);

        Assert.Equal(9, batch.Samples.Count(s => s.Kind == ClipItemKind.Photo));
        Assert.Equal(6, batch.Samples.Count(s => s.Kind == ClipItemKind.Icon));
        Assert.Equal(5, batch.Samples.Count(s => s.Kind == ClipItemKind.Scene));
        Assert.All(batch.Samples, s => Assert.InRange(s.Turns.Count, 2, 4));
        Assert.All(batch.Samples, s => Assert.True(s.Kind == ClipItemKind.Scene ? s.Truth is not null : s.Labels.Count == 1));
        Assert.DoesNotContain(batch.Samples, s => s.Source is "openmoji" or "fxemoji");
    }

    [Fact]
    public void Scenes_of_one_thing_once_or_several_times_come_where_they_are_asked_for()
    {
        using var loader = AdapterBatchLoader.Open(
            folder.Path, Small with { PhotoShare = 0, IconShare = 0, SceneObjects = 2, EqualShare = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        var counts = new HashSet<int>();
        for (var step = 0; step < 4; step++)
        {
            using var batch = loader.Make(step, TestContext.Current.CancellationToken);
            Assert.All(batch.Samples, sample => Assert.Single(sample.Truth!.Labels));
            counts.UnionWith(batch.Samples.Select(sample => sample.Truth!.Objects.Count));
        }

        Assert.Equal([1, 2, 3, 4], counts.Order());
    }
}
