using System.Runtime.Intrinsics;
using CsCheck;
using NetVips;
using SparseClip.Vlm.Data.Augmentation;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Data.Tests.Augmentation;

public sealed class SpriteTests
{
    private static readonly Enums.ForeignPngFilter[] Filters =
        [Enums.ForeignPngFilter.None, Enums.ForeignPngFilter.Sub, Enums.ForeignPngFilter.Up, Enums.ForeignPngFilter.Avg, Enums.ForeignPngFilter.Paeth];

    private static readonly ColourMatrix s_unchanged =
        new(Vector128.Create(1f, 0, 0, 0), Vector128.Create(0, 1f, 0, 0), Vector128.Create(0, 0, 1f, 0), Vector128.Create(0, 0, 0, 1f));

    [Fact]
    public void Our_reader_of_PNG_agrees_with_libvips_for_every_row_filter() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 1000], Gen.Int[0, 4].Select(i => Filters[i]))
            .Sample(
                (width, height, seed, filter) =>
                {
                    var random = new SeededRandom(seed);
                    var pixels = Enumerable.Range(0, width * height * 4).Select(_ => (byte)random.Next(256)).ToArray();
                    using var image = Image.NewFromMemory(pixels, width, height, 4, Enums.BandFormat.Uchar);
                    var sprite = SpriteCache.Decode(image.PngsaveBuffer(filter: filter), hasOpacity: true);
                    Assert.Equal(Sprite.FromRgba(width, height, pixels).Pixels, sprite.Pixels);
                },
                iter: 60);

    [Fact]
    public void A_damaged_PNG_is_refused_not_drawn()
    {
        var file = TinyDataFolder.Icon(0);
        Assert.Throws<Core.Pipeline.PictureException>(() => SpriteCache.Decode(file[..(file.Length / 2)], hasOpacity: true));
    }

    [Fact]
    public void Drawing_at_the_same_size_changes_nothing()
    {
        var sprite = SpriteCache.Decode(TinyDataFolder.Icon(2), hasOpacity: true);
        var layer = new Layer(40);
        layer.Draw(sprite, Placement.Fill(0, 0, 40, 40, new PixelBox(0, 0, 40, 40), false), s_unchanged);
        for (var y = 0; y < 40; y++)
        {
            Assert.Equal(sprite.Pixels.AsSpan(((y + 1) * sprite.Stride) + 4, 160), layer.Pixels.AsSpan(y * 160, 160));
        }
    }

    [Fact]
    public void A_flipped_sprite_is_the_mirror_of_the_sprite()
    {
        var sprite = Sprite.FromRgb(new RgbPicture(30, 30, [.. Enumerable.Range(0, 2700).Select(i => (byte)(i * 7))]));
        var (plain, flipped) = (new Layer(30), new Layer(30));
        plain.Draw(sprite, Placement.Fill(0, 0, 30, 30, new PixelBox(0, 0, 30, 30), false), s_unchanged);
        flipped.Draw(sprite, Placement.Fill(0, 0, 30, 30, new PixelBox(0, 0, 30, 30), true), s_unchanged);
        for (var i = 0; i < 900; i++)
        {
            var mirrored = (i / 30 * 30) + (29 - (i % 30));
            Assert.Equal(plain.Pixels.AsSpan(i * 4, 4), flipped.Pixels.AsSpan(mirrored * 4, 4));
        }
    }

    [Fact]
    public void Visible_boxes_are_tight()
    {
        var sprite = SpriteCache.Decode(TinyDataFolder.Icon(1), hasOpacity: true);
        Assert.Equal(new PixelBox(5, 12, 30, 30), sprite.Visible);
    }

    [Theory]
    [InlineData("dog", "Animals & Nature", true)]
    [InlineData("left arrow", "Travel & Places", false)]
    [InlineData("plus", "Symbols", false)]
    [InlineData("four o'clock", "Travel & Places", false)]
    public void What_has_a_reading_direction_is_not_mirrored(string label, string category, bool mayFlip) => Assert.Equal(mayFlip, IconAugmenter.MayFlip(label, category));
}
