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
}
