using SparseClip.Vlm.Modeling.Baselines;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Baselines;

public sealed class SparseAutoencoderTests
{
    private static readonly bool[] NoneDead = [false, false];

    [Fact]
    public void ReLU_with_L1_by_hand()
    {
        using var scope = NewDisposeScope();
        using var model = WithWeights(new ReluL1Config(2, 2, L1Weight: 0.1), decoder: new[,] { { 0f, 1f }, { 1f, 0f } });
        // x - b = (1, -1), (2, 1); z = (1, 0), (2, 1); x^ = b + (0, 1), b + (1, 2); errors (1, -2), (1, -1).
        var loss = model.Loss(Dense());
        Assert.True(loss.Codes.allclose(tensor(new[,] { { 1f, 0f }, { 2f, 1f } })));
        Assert.Equal((5 + 2) / 2.0, loss.Reconstruction.item<float>(), 1e-6);
        Assert.Equal((1 + 3) / 2.0, loss.Sparsity.item<float>(), 1e-6);
        Assert.Equal(3.5 + 0.2, loss.Total.item<float>(), 1e-6);
        Assert.True(loss.Reconstructed.allclose(model.Decode(model.Encode(Dense()))));
    }

    [Fact]
    public void TopK_by_hand()
    {
        using var scope = NewDisposeScope();
        using var model = WithWeights(new TopKConfig(2, 2, K: 1, AuxiliaryK: 1, AuxiliaryWeight: 0.5), decoder: new[,] { { 1f, 0f }, { 0f, 1f } });
        // z = (1, 0), (2, 0): errors (0, -1), (0, 1).
        var loss = model.Loss(Dense(), tensor(new[] { false, true }));
        Assert.True(loss.Codes.allclose(tensor(new[,] { { 1f, 0f }, { 2f, 0f } })));
        Assert.Equal(1, loss.Reconstruction.item<float>(), 1e-6);
        // The dead latent reads (-1) -> 0 and 1: it leaves (0, -1) and nothing over.
        Assert.Equal(0.5, loss.Auxiliary.item<float>(), 1e-6);
        Assert.Equal(1.25, loss.Total.item<float>(), 1e-6);
        Assert.Equal(1, model.Loss(Dense(), tensor(NoneDead)).Total.item<float>(), 1e-6);
    }

    [Fact]
    public void The_auxiliary_loss_reaches_dead_latents_only()
    {
        using var scope = NewDisposeScope();
        using var model = WithWeights(new TopKConfig(2, 2, K: 1, AuxiliaryK: 1), decoder: new[,] { { 1f, 0f }, { 0.6f, 0.8f } });
        model.Loss(Dense() * 2, tensor(new[] { false, true })).Auxiliary.backward();
        Assert.Equal(0, model.decoder.grad![0].abs().max().item<float>());
        Assert.True(model.decoder.grad![1].abs().max().item<float>() > 0);
        Assert.Equal(0, model.encoder.grad![0].abs().max().item<float>());
    }

    [Fact]
    public void TopK_keeps_exactly_K_and_the_greatest()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        using var model = SparseAutoencoder.Create(new TopKConfig(16, 128, K: 5, AuxiliaryK: 0), seed: 2);
        var dense = randn([32, 16], generator: random);
        var codes = model.Encode(dense);
        Assert.True(codes.gt(0).sum(1).eq(5).all().item<bool>());
        var before = (dense - model.pre_bias).matmul(model.encoder.t()) + model.encoder_bias;
        Assert.True(before.masked_fill(codes.gt(0), float.NegativeInfinity).amax([1]).le(codes.masked_fill(codes.eq(0), float.PositiveInfinity).amin([1])).all().item<bool>());
    }

    [Fact]
    public void Matryoshka_sums_the_losses_of_its_prefixes()
    {
        using var scope = NewDisposeScope();
        using var model = WithWeights(new MatryoshkaConfig(2, 2, K: 2, AuxiliaryK: 0, Prefixes: [1, 2]), decoder: new[,] { { 1f, 0f }, { 0f, 1f } });
        // z = (1, 0), (2, 1). First prefix: errors (0, -1), (0, 1). Both: (0, -1), (0, 0).
        var loss = model.Loss(Dense());
        Assert.Equal(1 + 0.5, loss.Total.item<float>(), 1e-6);
        Assert.True(loss.Reconstructed.allclose(model.Decode(loss.Codes)));
    }

    [Fact]
    public void Matryoshka_with_one_prefix_is_TopK()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        var dense = randn([8, 6], generator: random);
        using var nested = SparseAutoencoder.Create(new MatryoshkaConfig(6, 12, 3, 4, [12]), seed: 5);
        using var plain = SparseAutoencoder.Create(new TopKConfig(6, 12, 3, 4), seed: 5);
        using var dead = ones(12, ScalarType.Bool);
        Assert.Equal(plain.Loss(dense, dead).Total.item<float>(), nested.Loss(dense, dead).Total.item<float>(), 1e-5);
    }

    [Fact]
    public void Atoms_start_and_are_brought_back_to_unit_length_and_their_gradient_lies_across()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        using var model = SparseAutoencoder.Create(new ReluL1Config(6, 12, 0.1));
        Assert.True(model.decoder.norm(1, false, 2f).allclose(ones(12)));
        model.Loss(randn([8, 6], generator: random)).Total.backward();
        model.ProjectAtomGradients();
        Assert.InRange((model.decoder.grad! * model.decoder).sum(1).abs().max().item<float>(), 0, 1e-5);
        using (no_grad())
        {
            model.decoder.mul_(3);
        }

        model.NormalizeAtoms();
        Assert.True(model.decoder.norm(1, false, 2f).allclose(ones(12)));
    }

    [Fact]
    public void The_bias_starts_at_the_mean()
    {
        using var scope = NewDisposeScope();
        using var model = SparseAutoencoder.Create(new ReluL1Config(2, 3, 0.1));
        model.StartBiasAt(tensor(new[,] { { 1f, 2f }, { 3f, 6f } }));
        Assert.True(model.pre_bias.allclose(tensor(new[] { 2f, 4f })));
    }

    [Fact]
    public void Sizes_out_of_range_and_other_widths_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseAutoencoder.Create(new TopKConfig(4, 8, K: 9, AuxiliaryK: 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseAutoencoder.Create(new ReluL1Config(4, 8, -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseAutoencoder.Create(new MatryoshkaConfig(4, 8, 2, 0, [2, 4])));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseAutoencoder.Create(new MatryoshkaConfig(4, 8, 2, 0, [4, 4, 8])));
        using var model = SparseAutoencoder.Create(new TopKConfig(4, 8, K: 2, AuxiliaryK: 1));
        Assert.Throws<ArgumentException>(() => model.Encode(zeros(2, 5)));
        Assert.Throws<ArgumentException>(() => model.Decode(zeros(2, 5)));
        Assert.Throws<ArgumentException>(() => model.Loss(zeros(2, 4), zeros(8)));
    }

    /// <summary>Two embeddings that are (1, -1) and (2, 1) from the bias (1, 1) of <see cref="WithWeights"/>.</summary>
    private static Tensor Dense() => tensor(new[,] { { 2f, 0f }, { 3f, 2f } });

    /// <summary>An encoder that is the identity, and the bias (1, 1).</summary>
    private static SparseAutoencoder WithWeights(SparseAutoencoderConfig config, float[,] decoder)
    {
        var model = SparseAutoencoder.Create(config);
        using var noGrad = no_grad();
        model.pre_bias.fill_(1);
        model.encoder.copy_(eye(2));
        model.decoder.copy_(tensor(decoder));
        return model;
    }
}
