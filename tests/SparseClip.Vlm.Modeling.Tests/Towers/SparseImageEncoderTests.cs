using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Towers;

public sealed class SparseImageEncoderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_mean_of_a_features_heat_map_is_its_pooled_pre_activation(bool onVit)
    {
        using var model = TinyTower.Create(onVit: onVit);
        using var encoder = new SparseImageEncoder(model);
        var picture = TinyTower.Pictures(1);
        var features = Enumerable.Range(0, TinyTower.Dimension).ToArray();

        var maps = encoder.HeatMaps(picture, features);
        var code = encoder.Encode(picture, 1, Token)[0];

        var patches = maps.Length / features.Length;
        Assert.Equal(code.GridHeight * code.GridWidth, patches);
        Assert.True(code.Pooled.L0 is > 0 and < TinyTower.Dimension);
        foreach (var feature in features)
        {
            var map = maps.AsSpan(feature * patches, patches);
            var mean = 0f;
            for (var p = 0; p < patches; p++)
            {
                mean += map[p] / patches;
                Assert.Equal(Math.Max(0, map[p]), code.Patches[p][feature], 1e-4f);
            }

            Assert.Equal(Math.Max(0, mean), code.Pooled[feature], 1e-4f);
        }
    }

    [Fact]
    public void The_region_of_all_patches_is_the_picture_and_that_of_one_is_the_patch()
    {
        using var model = TinyTower.Create();
        using var encoder = new SparseImageEncoder(model);
        using var scope = NewDisposeScope();
        var picture = TinyTower.Pictures(1);
        var pixels = tensor(picture, [1, TinyTower.Size, TinyTower.Size, 3]);
        var code = encoder.Encode(picture, 1, Token)[0];
        var patches = code.Patches.Count;
        var weights = cat([full([1, patches], 1f / patches), eye(patches)]);

        var regions = encoder.Regions(pixels, weights);

        Assert.True(regions[0].allclose(encoder.Pooled(pixels)[0], 1e-4, 1e-4));
        Assert.True(regions[1..].allclose(encoder.PooledAndPatches(pixels)[0][1..], 1e-4, 1e-4));
        Assert.Throws<ArgumentException>(() => encoder.Regions(pixels, eye(patches + 1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_folded_head_answers_as_the_head_that_was_trained(bool onVit)
    {
        using var model = TinyTower.Create(onVit: onVit);
        using var encoder = new SparseImageEncoder(model);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var pixels = tensor(TinyTower.Pictures(4), [4, TinyTower.Size, TinyTower.Size, 3]);

        var trained = model.image_head.forward(model.trunk.forward(model.Normalize(pixels)).mean([1]));

        Assert.True(trained.allclose(encoder.Pooled(pixels), 1e-4, 1e-4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_gives_what_its_pictures_give_alone(bool onVit)
    {
        using var model = TinyTower.Create(onVit: onVit);
        using var encoder = new SparseImageEncoder(model);
        var pictures = TinyTower.Pictures(3);
        var bytes = pictures.Length / 3;

        var together = encoder.Encode(pictures, 3, Token);

        for (var i = 0; i < 3; i++)
        {
            var alone = encoder.Encode(pictures.AsSpan(i * bytes, bytes), 1, Token)[0].Pooled;
            Assert.Equal(alone.Indices.ToArray(), together[i].Pooled.Indices.ToArray());
            Assert.All(Enumerable.Range(0, alone.L0), at => Assert.Equal(alone.Values[at], together[i].Pooled.Values[at], 1e-4f));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_saved_tower_encodes_as_before(bool onVit)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("tower.safetensors");
        using var model = TinyTower.Create(onVit: onVit);
        model.Save(path);
        using var file = SafetensorsFile.Open(path);
        using var loaded = SparseClipModel.Load(file);
        using var before = new SparseImageEncoder(model);
        using var after = new SparseImageEncoder(loaded);
        var picture = TinyTower.Pictures(1);

        Assert.Equal(before.Encode(picture, 1, Token)[0].Pooled, after.Encode(picture, 1, Token)[0].Pooled);
    }

    [Fact]
    public void Pixels_of_another_size_are_refused()
    {
        using var model = TinyTower.Create();
        using var encoder = new SparseImageEncoder(model);

        Assert.Throws<ArgumentException>(() => encoder.Encode(new byte[10], 1, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.HeatMaps(TinyTower.Pictures(1), [TinyTower.Dimension]));
    }
}
