using NetVips;
using SparseClip.Vlm.Core.Geometry;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Inference.Tests.Pipeline;

namespace SparseClip.Vlm.Inference.Tests.Pictures;

public sealed class PictureMemoryTests(TinyBundle bundle)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_is_encoded_once()
    {
        var file = Noise(48, 48, seed: 101);
        Assert.Null(bundle.Model.Recall(file.Id));
        var first = await bundle.Model.LookAsync(file, Token);
        var second = await bundle.Model.LookAsync(new PictureFile([.. file.Bytes]), Token);
        Assert.Equal((false, true), (first.Cached, second.Cached));
        Assert.Same(first.Seen, second.Seen);
        Assert.Same(first.Seen, bundle.Model.Recall(file.Id));
        Assert.True(first.Seen.Code.Pooled.L0 > 0);

        // The time that it took is told with the request that it took it from.
        Assert.True(first.VisionMilliseconds > 0);
        Assert.Equal((0, first.VisionMilliseconds), (second.VisionMilliseconds, second.Seen.EncodeMilliseconds));
    }

    [Fact]
    public async Task Many_who_bring_the_same_picture_at_once_have_it_encoded_once()
    {
        var file = Noise(48, 48, seed: 102);
        var looks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bundle.Model.LookAsync(new PictureFile([.. file.Bytes]), Token)));
        Assert.Single(looks, look => !look.Cached);
        Assert.Single(looks.Select(look => look.Seen).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Theory]
    [InlineData(64, 40, 0, -12, 64)] // padded above and below
    [InlineData(60, 40, 10, 0, 40)] // cropped: three by two
    [InlineData(30, 90, -30, 0, 90)] // padded at the sides
    [InlineData(60, 50, 5, 0, 50)] // cropped
    [InlineData(50, 50, 0, 0, 50)]
    public async Task A_picture_knows_where_the_square_lies_that_was_seen(int width, int height, double left, double top, double side)
    {
        var (seen, _) = await bundle.Model.LookAsync(Noise(width, height, seed: 103), Token);
        Assert.Equal(new SquareMapping(width, height, left, top, side), seen.Square);
        Assert.Equal((width, height), (seen.Width, seen.Height));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task The_pictures_used_last_are_remembered(int kept)
    {
        await using var model = await TinyBundle.LoadAsync(bundle.Folder, new VisionLanguageModelOptions { KeptPictures = kept });
        var files = Enumerable.Range(0, kept + 1).Select(seed => Noise(20, 20, seed)).ToList();
        foreach (var file in files.Take(kept))
        {
            await model.LookAsync(file, Token);
        }

        // The first is used again, so the second has not been used for longest; with one place there is no other.
        Assert.NotNull(model.Recall(files[0].Id));
        await model.LookAsync(files[^1], Token);
        var forgotten = kept == 1 ? 0 : 1;
        Assert.Equal([forgotten], Enumerable.Range(0, files.Count).Where(i => model.Recall(files[i].Id) is null));
        Assert.False((await model.LookAsync(files[forgotten], Token)).Cached);
    }

    [Fact]
    public async Task The_longest_file_that_is_read_is_a_setting()
    {
        var file = Noise(40, 40, seed: 104);
        await using (var exact = await TinyBundle.LoadAsync(bundle.Folder, new VisionLanguageModelOptions { MaximumPictureBytes = file.Bytes.Length }))
        {
            Assert.False((await exact.LookAsync(file, Token)).Cached);
        }

        await using var less = await TinyBundle.LoadAsync(bundle.Folder, new VisionLanguageModelOptions { MaximumPictureBytes = file.Bytes.Length - 1 });
        Assert.Equal(PictureError.TooManyBytes, (await Assert.ThrowsAsync<PictureException>(() => less.LookAsync(file, Token))).Error);
    }

    private static PictureFile Noise(int width, int height, int seed)
    {
        using var noise = Image.Gaussnoise(width, height, sigma: 60, mean: 128, seed: seed).Cast(Enums.BandFormat.Uchar);
        return new PictureFile(noise.PngsaveBuffer());
    }
}
