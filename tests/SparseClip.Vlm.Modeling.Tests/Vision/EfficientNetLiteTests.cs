using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Vision;

/// <summary>The port against outputs of the original code (float32, CPU), and the promises of the cut.</summary>
public sealed class EfficientNetLiteTests : IDisposable
{
    private readonly EfficientNetLiteConfig config = EfficientNetLiteConfig.Load(RepositoryFiles.Model("pretrained", "efficientnet-lite0", "config.json"));
    private readonly SafetensorsFile weights = SafetensorsFile.Open(RepositoryFiles.Model("pretrained", "efficientnet-lite0", "model.safetensors"));
    private readonly SafetensorsFile expected = SafetensorsFile.Open(RepositoryFiles.Fixture("vision", "efficientnet-lite0.safetensors"));

    public void Dispose()
    {
        weights.Dispose();
        expected.Dispose();
    }

    private Tensor Picture(string name) => (expected.Load(name + ".image", ScalarType.Float32) - 127) / 128;

    private static float Difference(Tensor a, Tensor b) => (a - b).abs().max().item<float>();

    [Theory]
    [InlineData("square")]
    [InlineData("odd")] // 97 x 131: where the padding of strided convolutions shows
    public void Logits_agree_with_the_original(string picture)
    {
        using var scope = NewDisposeScope();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, 12, stemType: ScalarType.Float32);
        using var classifier = ImageNetClassifier.FromPretrained(config, weights, 12, ScalarType.Float32);
        var states = trunk.Stem(Picture(picture));
        Assert.True(Difference(classifier.Logits(states), expected.Load(picture + ".logits")) < 1e-3);
        Assert.True(Difference(trunk.Top(states).mean([1L]), expected.Load(picture + ".pooled")) < 1e-3);
    }

    [Fact]
    public void The_whole_classifier_says_of_pixels_what_the_shared_one_says_of_their_states()
    {
        using var scope = NewDisposeScope();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, config.Blocks.Count);
        using var shared = ImageNetClassifier.FromPretrained(config, weights, config.Blocks.Count);
        using var whole = WholeImageNetClassifier.FromPretrained(config, weights);
        var pixels = randint(0, 256, [2, 64, 64, 3], ScalarType.Byte);
        Assert.True(whole.Logits(pixels).allclose(shared.Logits(trunk.Stem(trunk.Normalization.Apply(pixels)))));
    }

    [Fact]
    public void States_at_a_cut_are_those_of_the_block_below_it()
    {
        using var scope = NewDisposeScope();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, 9, stemType: ScalarType.Float32);
        Assert.True(Difference(trunk.Stem(Picture("square")), expected.Load("square.block8")) < 1e-3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    public void The_cut_does_not_change_the_output(int cut)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, cut, stemType: ScalarType.Float32);
        var patches = trunk.forward(Picture("square"));
        Assert.Equal([1, 16, 1280], patches.shape);
        Assert.Equal(16, trunk.GridSide(128) * trunk.GridSide(128));
        Assert.True(Difference(patches.mean([1L]), expected.Load("square.pooled")) < 1e-3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(14)]
    [InlineData(17)]
    public void A_kept_top_stands_beside_the_tuned_one_at_every_cut(int cut)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var tuned = Tuned(13);
        using var trunk = GrownTrunks.Keeping(tuned, weights, 12);
        trunk.SetTrainingFrom(cut);

        var patches = trunk.forward(Picture("square"));

        Assert.Equal([1, 16, 2560], patches.shape);
        Assert.Equal(2560, trunk.Width);
        Assert.True(Difference(patches[.., .., ..1280], tuned.forward(Picture("square"))) < 1e-3, "the tuned top comes first and is as it was");
        Assert.True(Difference(patches[.., .., 1280..].mean([1L]), expected.Load("square.pooled")) < 1e-3, "the kept one gives the published states");
    }

    [Fact]
    public void A_kept_top_is_not_trained()
    {
        using var scope = NewDisposeScope();
        using var tuned = Tuned(13);
        using var trunk = GrownTrunks.Keeping(tuned, weights, 12);
        trunk.SetTrainingFrom(13);
        trunk.train();

        trunk.forward(cat([Picture("square"), Picture("square")])).sum().backward();

        Assert.All(trunk.named_parameters(), parameter => Assert.Equal(
            parameter.name.StartsWith("blocks.13", StringComparison.Ordinal) || parameter.name.StartsWith("blocks.14", StringComparison.Ordinal)
            || parameter.name.StartsWith("blocks.15", StringComparison.Ordinal) || parameter.name.StartsWith("head", StringComparison.Ordinal),
            parameter.parameter.grad is not null));
    }

    [Fact]
    public void A_top_is_kept_over_the_published_low_states_only_and_once()
    {
        using var tuned = Tuned(11);
        Assert.Contains("blocks.11", Assert.Throws<CheckpointException>(() => GrownTrunks.Keeping(tuned, weights, 12)).Message, StringComparison.Ordinal);

        using var other = Tuned(13);
        using var keeping = GrownTrunks.Keeping(other, weights, 12);
        Assert.Contains("already", Assert.Throws<ConfigurationException>(() => GrownTrunks.Keeping(keeping, weights, 12)).Message, StringComparison.Ordinal);
        Assert.Contains("stride", Assert.Throws<ConfigurationException>(() => GrownTrunks.Keeping(other, weights, 11)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_colours_of_every_patch_stand_behind_its_states()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var plain = EfficientNetLite.FromPretrained(config, weights, config.Blocks.Count + 1, stemType: ScalarType.Float32);
        using var trunk = GrownTrunks.WithColours(plain);
        var pixels = zeros([1, 128, 128, 3], ScalarType.Byte);
        pixels[.., ..64] = tensor(new byte[] { 220, 20, 20 });
        pixels[.., 64.., ..48] = tensor(new byte[] { 250, 250, 250 });
        pixels[.., 64.., 48..] = tensor(new byte[] { 30, 60, 220 });

        var patches = trunk.forward(trunk.Normalization.Apply(pixels));

        Assert.Equal(1280 + ColourNames.All.Count, trunk.Width);
        Assert.True(Difference(patches[.., .., ..1280], plain.forward(plain.Normalization.Apply(pixels))) < 1e-4, "the states are what they were");
        var shares = patches[0, .., 1280..].view(4, 4, ColourNames.All.Count);
        Assert.True(shares.sum([2]).allclose(ones(4, 4)), "all of a patch has some colour");
        Assert.Equal(1, Share(0, 3, "red"), 1e-6f);
        Assert.Equal(1, Share(3, 0, "white"), 1e-6f);
        Assert.Equal(0.5f, Share(2, 1, "white"), 1e-6f);
        Assert.Equal(0.5f, Share(2, 1, "blue"), 1e-6f);

        float Share(int row, int column, string colour) => shares[row, column, ColourNames.All.ToList().IndexOf(colour)].item<float>();
    }

    [Fact]
    public void What_tells_colours_is_not_trained_and_does_not_tell_them_twice()
    {
        using var plain = EfficientNetLite.FromPretrained(config, weights, config.Blocks.Count + 1, stemType: ScalarType.Float32);
        using var trunk = GrownTrunks.WithColours(plain);
        Assert.Contains("before its colours were added", Assert.Throws<ConfigurationException>(() => trunk.SetTrainingFrom(12)).Message, StringComparison.Ordinal);
        Assert.Contains("already", Assert.Throws<ConfigurationException>(() => GrownTrunks.WithColours(trunk)).Message, StringComparison.Ordinal);
    }

    /// <summary>The published trunk with one block changed, as tuning changes it.</summary>
    private EfficientNetLite Tuned(int block)
    {
        var trunk = EfficientNetLite.FromPretrained(config, weights, config.Blocks.Count + 1, stemType: ScalarType.Float32);
        using var noGrad = no_grad();
        foreach (var (name, parameter) in trunk.named_parameters())
        {
            if (name.StartsWith($"blocks.{block}.", StringComparison.Ordinal))
            {
                parameter.mul_(1.1f);
            }
        }

        trunk.WeightsChanged();
        return trunk;
    }

    [Fact]
    public void Bfloat16_below_the_cut_keeps_the_direction_of_the_pooled_state()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, 12, stemType: ScalarType.BFloat16);
        var pooled = trunk.forward(Picture("square")).mean([1L]);
        Assert.True(nn.functional.cosine_similarity(pooled, expected.Load("square.pooled"), 1, 1e-8).item<float>() > 0.99);
    }

    [Fact]
    public void A_batch_larger_than_a_chunk_gives_each_picture_its_own_states()
    {
        using var scope = NewDisposeScope();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, 12, stemType: ScalarType.Float32);
        var pictures = randn(60, 3, 64, 64);
        var together = trunk.Stem(pictures);
        Assert.True(Difference(together.narrow(0, 58, 1), trunk.Stem(pictures.narrow(0, 58, 1))) < 1e-3);
        Assert.True(together.stride()[1] == 1, "the states must stay channels-last");
    }

    [Fact]
    public void Only_what_is_above_the_cut_learns()
    {
        using var scope = NewDisposeScope();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, 15);
        trunk.NormMomentum = 0.5;
        trunk.train();
        var before = trunk.state_dict().ToDictionary(t => t.Key, t => t.Value.detach().clone());
        using var optimizer = optim.SGD(trunk.parameters().Where(p => p.requires_grad), 0.1);
        var states = trunk.Stem(randn(4, 3, 64, 64));
        Assert.False(states.requires_grad);
        trunk.Top(states).square().mean().backward();
        optimizer.step();
        foreach (var (name, value) in trunk.state_dict())
        {
            var isTop = name.StartsWith("blocks.15.", StringComparison.Ordinal) || name.StartsWith("head.", StringComparison.Ordinal);
            Assert.True(isTop != before[name].allclose(value, 0, 0), name);
        }
    }

    [Fact]
    public void A_checkpoint_restores_the_trunk_exactly()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var folder = new TemporaryFolder();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, 12);
        SafetensorsWriter.Write(folder.File("t"), trunk.state_dict().Select(t => KeyValuePair.Create("trunk." + t.Key, t.Value)));
        using var file = SafetensorsFile.Open(folder.File("t"));
        using var other = new EfficientNetLite(config);
        other.SetTrainingFrom(12);
        other.eval();
        _ = other.forward(Picture("square")); // folds the random weights
        StrictLoader.Load(other, file, "trunk.");
        other.WeightsChanged();
        Assert.True(trunk.forward(Picture("square")).allclose(other.forward(Picture("square")), 0, 0));
    }

    [Fact]
    public void A_trunk_outlives_the_dispose_scope_it_was_built_in()
    {
        EfficientNetLite trunk;
        using (NewDisposeScope())
        {
            trunk = EfficientNetLite.FromPretrained(config, weights, 12);
            _ = trunk.forward(Picture("square"));
        }

        using var scope = NewDisposeScope();
        Assert.Equal([1, 16, 1280], trunk.forward(Picture("square")).shape);
        trunk.Dispose();
    }

    [Fact]
    public void Nothing_is_left_behind_by_a_training_step()
    {
        using var outer = NewDisposeScope();
        using var trunk = EfficientNetLite.FromPretrained(config, weights, 15);
        trunk.train();
        var pictures = randn(2, 3, 64, 64);
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            using var states = trunk.Stem(pictures);
            trunk.Top(states).mean().backward();
            trunk.zero_grad();
        }
    }

    [Fact]
    public void A_configuration_that_contradicts_itself_is_refused()
    {
        using var folder = new TemporaryFolder();
        var text = File.ReadAllText(RepositoryFiles.Model("pretrained", "efficientnet-lite0", "config.json"));
        File.WriteAllText(folder.File("c.json"), text.Replace("\"relu6\"", "\"swish\"", StringComparison.Ordinal));
        Assert.Contains("swish", Assert.Throws<ConfigurationException>(() => EfficientNetLiteConfig.Load(folder.File("c.json"))).Message, StringComparison.Ordinal);
    }
}
