using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Vision;

public sealed class VisionTransformerTests
{
    private static VisionTransformerConfig Tiny(bool isClip) =>
        new("vit", 32, 8, 16, 3, 4, 32, isClip ? MlpActivation.QuickGelu : MlpActivation.Gelu, isClip, isClip, !isClip, 1e-5, PublishedNormalization.Clip);

    [Fact]
    public void Image_embeddings_agree_with_the_CLIP_of_Hugging_Face()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(RepositoryFiles.Fixture("vision", "clip-vit.safetensors"));
        var config = new VisionTransformerConfig("vit", 64, 16, 64, 3, 4, 128, MlpActivation.QuickGelu, true, true, false, 1e-5, PublishedNormalization.Clip);
        using var trunk = new VisionTransformer(config);
        StrictLoader.Load(trunk, file, "trunk.");
        var pooled = trunk.Tokens(file.Load("pixel_values")).select(1, 0);
        var embedding = nn.functional.normalize(pooled.matmul(file.Load("projection").t()), p: 2, dim: 1);
        Assert.True(embedding.allclose(file.Load("image_embeds"), 0, 1e-4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_cut_does_not_change_the_output(bool isClip)
    {
        using var scope = NewDisposeScope();
        using var trunk = new VisionTransformer(Tiny(isClip), ScalarType.Float32);
        var pictures = randn(2, 3, 32, 32);
        var whole = trunk.forward(pictures);
        Assert.Equal([2, 16, 16], whole.shape);
        for (var cut = 1; cut <= trunk.BlockCount + 1; cut++)
        {
            trunk.SetTrainingFrom(cut);
            Assert.True(whole.allclose(trunk.forward(pictures), 1e-5, 1e-6), $"cut {cut}");
        }
    }

    [Fact]
    public void Only_what_is_above_the_cut_gets_gradients()
    {
        using var scope = NewDisposeScope();
        using var trunk = new VisionTransformer(Tiny(isClip: true));
        trunk.SetTrainingFrom(2);
        trunk.forward(randn(2, 3, 32, 32)).square().mean().backward();
        foreach (var (name, parameter) in trunk.named_parameters())
        {
            var isTop = name.StartsWith("blocks.2.", StringComparison.Ordinal) || name.StartsWith("final_norm.", StringComparison.Ordinal);
            Assert.True(isTop == parameter.grad is not null, name);
        }
    }

    [Fact]
    public void The_class_token_stands_before_the_patches()
    {
        using var scope = NewDisposeScope();
        using var trunk = new VisionTransformer(Tiny(isClip: true));
        var pictures = randn(2, 3, 32, 32);
        var tokens = trunk.Tokens(pictures);
        Assert.Equal([2, 17, 16], tokens.shape);
        Assert.True(tokens.narrow(1, 1, 16).allclose(trunk.forward(pictures)));
    }

    [Fact]
    public void Another_size_resamples_the_positions()
    {
        using var scope = NewDisposeScope();
        using var trunk = new VisionTransformer(Tiny(isClip: true));
        Assert.Equal([1, 36, 16], trunk.forward(randn(1, 3, 48, 48)).shape);
        Assert.Equal(6, trunk.GridSide(48));
    }

    [Fact]
    public void Bfloat16_products_stay_close_and_train()
    {
        using var scope = NewDisposeScope();
        var pictures = randn(2, 3, 32, 32);
        using var exact = new VisionTransformer(Tiny(isClip: false));
        using var fast = new VisionTransformer(Tiny(isClip: false)) { TrainedProducts = ScalarType.BFloat16 };
        fast.load_state_dict(exact.state_dict());
        var (a, b) = (exact.forward(pictures), fast.forward(pictures));
        Assert.Equal(ScalarType.Float32, b.dtype);
        Assert.True(a.allclose(b, 0, 0.05));
        b.square().mean().backward();
        Assert.All(fast.parameters(), p => Assert.True(p.grad!.isfinite().all().item<bool>()));
        fast.eval();
        Assert.True(exact.forward(pictures).equal(fast.forward(pictures)).all().item<bool>());
    }
}
