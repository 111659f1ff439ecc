using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Tests.Shared;


namespace SparseClip.Vlm.Data.Tests.Loading;

public sealed class ClipBatchLoaderTests : IDisposable
{
    private static readonly ClipLoaderOptions Small = new() { Size = 48, Icons = 14, Scenes = 6, SceneObjects = 3, Photos = 8, Extras = 5 };

    private readonly TinyDataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_seed_and_step_give_the_same_batch_on_any_number_of_threads()
    {
        using var one = ClipBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        using var other = ClipBatchLoader.Open(folder.Path, Small with { Workers = 3 }, cancellationToken: TestContext.Current.CancellationToken);
        using (one.Make(0, TestContext.Current.CancellationToken))
        {
            // Batches made before do not matter.
        }

        using var a = one.Make(7, TestContext.Current.CancellationToken);
        using var b = other.Make(7, TestContext.Current.CancellationToken);
        using var c = other.Make(8, TestContext.Current.CancellationToken);

        Assert.Equal(a.Captions, b.Captions);
        Assert.True(a.Pixels.AsSpan(0, a.PixelCount).SequenceEqual(b.Pixels.AsSpan(0, b.PixelCount)));
        Assert.False(a.Pixels.AsSpan(0, a.PixelCount).SequenceEqual(c.Pixels.AsSpan(0, c.PixelCount)));
    }

    [Fact]
    public void Words_come_with_labels_of_the_batch_and_leave_pictures_and_captions_as_they_are()
    {
        using var without = ClipBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        using var with = ClipBatchLoader.Open(folder.Path, Small with { Words = 10 }, cancellationToken: TestContext.Current.CancellationToken);
        using var a = without.Make(3, TestContext.Current.CancellationToken);
        using var b = with.Make(3, TestContext.Current.CancellationToken);
        using var again = with.Make(3, TestContext.Current.CancellationToken);

        Assert.Empty(a.Words);
        Assert.InRange(b.Words.Count, 1, 10);
        Assert.All(b.Words, word => Assert.NotEmpty(word.Labels));
        Assert.All(b.Words, word => Assert.Subset(b.Labels.ToHashSet(), word.Labels.ToHashSet()));
        Assert.Equal(b.Words.Select(word => word.Word), again.Words.Select(word => word.Word));
        Assert.Equal(a.Captions, b.Captions);
        Assert.True(a.Pixels.AsSpan(0, a.PixelCount).SequenceEqual(b.Pixels.AsSpan(0, b.PixelCount)));
    }

    [Fact]
    public void The_background_thread_goes_on_from_any_step()
    {
        using var loader = ClipBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        loader.Start(5);
        for (var step = 5; step < 8; step++)
        {
            using var next = loader.Next(TestContext.Current.CancellationToken);
            using var made = loader.Make(step, TestContext.Current.CancellationToken);
            Assert.Equal(step, next.Number);
            Assert.True(made.Pixels.AsSpan(0, made.PixelCount).SequenceEqual(next.Pixels.AsSpan(0, next.PixelCount)));
        }
    }

    [Fact]
    public void Pictures_that_come_again_have_other_captions_and_words_and_no_pixels()
    {
        using var loader = ClipBatchLoader.Open(folder.Path, Small with { Words = 10 }, cancellationToken: TestContext.Current.CancellationToken);
        using var first = loader.Make(3, TestContext.Current.CancellationToken);
        using var again = loader.Recaption(first.Number, first.Items, 40);
        using var same = loader.Recaption(first.Number, first.Items, 40);

        Assert.Equal(first.Number, again.Number);
        Assert.Equal(first.Items, again.Items);
        Assert.Equal(first.Labels, again.Labels);
        Assert.Equal(first.CaptionedCount, again.Captions.Distinct().Count());
        Assert.NotEqual(first.Captions, again.Captions);
        Assert.Equal(again.Captions, same.Captions);
        Assert.InRange(again.Words.Count, 1, 10);
        Assert.Equal(again.Words.Select(word => word.Word), same.Words.Select(word => word.Word));
        Assert.Throws<InvalidOperationException>(() => again.Pixels);
    }

    [Fact]
    public void No_label_and_no_caption_comes_twice_among_the_captioned_pictures()
    {
        using var loader = ClipBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        for (var step = 0; step < 20; step++)
        {
            using var batch = loader.Make(step, TestContext.Current.CancellationToken);
            var labels = batch.Items.Take(batch.CaptionedCount).SelectMany(i => i.Truth is { } truth ? truth.Labels : [i.Label]).ToList();
            Assert.Equal(labels.Count, labels.Distinct().Count());
            Assert.Equal(batch.CaptionedCount, batch.Captions.Distinct().Count());
        }
    }

    [Fact]
    public void Batches_are_ordered_icons_scenes_photographs_extras()
    {
        using var loader = ClipBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        using var batch = loader.Make(0, TestContext.Current.CancellationToken);

        Assert.Equal(batch.Items.Select(i => i.Kind).Order(), batch.Items.Select(i => i.Kind));
        Assert.Equal([14, 6, 8, 5], Enum.GetValues<ClipItemKind>().Select(batch.CountOf));
        Assert.Equal(28, batch.CaptionedCount);
        Assert.Equal(20, batch.FirstOf(ClipItemKind.Photo));
    }

    [Fact]
    public void Validation_styles_and_held_out_photographs_never_get_in()
    {
        using var loader = ClipBatchLoader.Open(folder.Path, Small with { ExcludedArtists = [] }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3 * TinyDataFolder.Labels, loader.IconCount); // with fxemoji, without openmoji
        Assert.Equal(36, loader.PhotoCount);

        using var usual = ClipBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2 * TinyDataFolder.Labels, usual.IconCount);
        for (var step = 0; step < 20; step++)
        {
            using var batch = usual.Make(step, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(batch.Items, i => i.Source is "openmoji" or "fxemoji");
        }
    }

    [Fact]
    public void An_unreadable_picture_is_passed_over_and_listed()
    {
        using var damaged = new TinyDataFolder(withDamage: true);
        using var loader = ClipBatchLoader.Open(damaged.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        for (var step = 0; step < 12; step++)
        {
            using var batch = loader.Make(step, TestContext.Current.CancellationToken);
            Assert.Equal(33, batch.Count);
        }

        Assert.Contains("snaps-0003", Assert.Single(loader.Skipped));
    }

    [Fact]
    public void A_batch_with_more_labels_than_there_are_is_refused_with_the_reason()
    {
        using var loader = ClipBatchLoader.Open(folder.Path, Small with { Icons = 100 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("60 usable labels", Assert.Throws<ShardException>(() => loader.Make(0, TestContext.Current.CancellationToken)).Message);
        loader.Start(0);
        Assert.Contains("60 usable labels", Assert.Throws<ShardException>(() => loader.Next(TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void A_disposed_batch_gives_no_pixels()
    {
        using var loader = ClipBatchLoader.Open(folder.Path, Small, cancellationToken: TestContext.Current.CancellationToken);
        var batch = loader.Make(0, TestContext.Current.CancellationToken);
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.Pixels);
    }
}
