using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Llama;

/// <summary>On the tiny language models of the fixtures.</summary>
public sealed class LlamaLoraTests
{
    private static readonly LoraShape s_all = new(3, 6, LlamaLora.Targets);

    [Theory]
    [InlineData("gqa-tied")]
    [InlineData("mha-untied")]
    public void An_adapted_model_equals_one_whose_file_has_the_sum(string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = TinyLlama.Load(name);
        using var lora = Learned(model, s_all);
        using var merged = TinyLlama.Load(name, change: (weight, values) => Add(lora, weight, values));
        var embeddings = model.Embed(arange(0, 14, dtype: ScalarType.Int64).view(2, 7));

        var adapted = model.Forward(embeddings, lora: lora.Fold());

        Assert.InRange(Difference(merged.Forward(embeddings), adapted), 0, 1e-4);
        Assert.True(Difference(model.Forward(embeddings), adapted) > 1e-2);
    }

    [Fact]
    public void What_is_not_learned_yet_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = TinyLlama.Load("gqa-tied");
        using var lora = new LlamaLora(model, s_all, 1);
        var embeddings = model.Embed(arange(0, 5, dtype: ScalarType.Int64).view(1, 5));
        Assert.Equal(0, Difference(model.Forward(embeddings), model.Forward(embeddings, lora: lora.Fold())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_gradients_agree_with_finite_differences(bool everyWeight)
    {
        using var scope = NewDisposeScope();
        using var model = TinyLlama.Load("gqa-tied");
        using var lora = Learned(model, everyWeight ? s_all : new LoraShape(2, 4, ["attn_q", "attn_v"], FirstLayer: 1));
        var embeddings = model.Embed(arange(0, 14, dtype: ScalarType.Int64).view(2, 7));
        manual_seed(5);
        var direction = randn(2, 7, 64);

        using var tape = new LlamaTape();
        var folded = lora.Fold();
        model.Forward(embeddings, null, tape, folded);
        model.Backward(direction, tape);
        folded.Surrogate().backward();

        using var noGrad = no_grad();
        foreach (var (name, factor) in lora.Factors)
        {
            var slope = Slope(model, lora, embeddings, direction, factor);
            Assert.True(Math.Abs(factor.grad!.norm().item<float>() - slope) < (0.02 * Math.Abs(slope)) + 2e-3, $"{name}: {factor.grad!.norm().item<float>()} against {slope}");
        }
    }

    [Fact]
    public void The_file_has_a_pair_for_every_adapted_weight()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyLlama.Load("gqa-tied");
        using var lora = Learned(model, new LoraShape(3, 6, ["attn_q", "attn_output"]));

        lora.Write(folder.File("adapter.gguf"));

        using var file = GgufFile.Open(folder.File("adapter.gguf"));
        Assert.Equal(6, file.Metadata.Number(LoraFile.AlphaKey));
        Assert.Equal(model.Config.Layers * 2 * 2, file.Tensors.Count);
        Assert.Equal([3, model.Config.Width], file.Tensor("blk.0.attn_q.weight.lora_a").Shape.ToArray());
        Assert.Equal([model.Config.Heads * model.Config.HeadWidth, 3], file.Tensor("blk.0.attn_q.weight.lora_b").Shape.ToArray());
    }

    [Fact]
    public void What_was_written_is_read_into_an_adaptation_of_the_same_shape_alone()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyLlama.Load("gqa-tied");
        var shape = new LoraShape(3, 6, ["attn_q", "attn_output"]);
        using var written = Learned(model, shape);
        written.Write(folder.File("adapter.gguf"));

        using var read = new LlamaLora(model, shape, 2);
        read.Read(folder.File("adapter.gguf"));

        Assert.All(written.Factors, factor => Assert.Equal(0, Difference(factor.Value, read.Factors[factor.Key])));
        foreach (var other in new[] { shape with { Rank = 2 }, shape with { Alpha = 7 }, shape with { Targets = ["attn_q"] }, shape with { FirstLayer = 1 } })
        {
            using var unlike = new LlamaLora(model, other, 2);
            Assert.Contains("rank", Assert.Throws<GgufException>(() => unlike.Read(folder.File("adapter.gguf"))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_weight_that_cannot_be_adapted_is_named() => Assert.Contains("ffn_norm", new LoraShape(8, 16, ["ffn_norm"]).Problem("lora"), StringComparison.Ordinal);

    private static LlamaLora Learned(LlamaForCausalLM model, LoraShape shape)
    {
        var lora = new LlamaLora(model, shape, 1);
        using var noGrad = no_grad();
        manual_seed(3);
        foreach (var factor in lora.Factors.Values)
        {
            using var noise = randn(factor.shape) * 0.1;
            factor.add_(noise);
        }

        return lora;
    }

    /// <summary>The slope of the sum of states times a direction, along a factor's own gradient.</summary>
    private static double Slope(LlamaForCausalLM model, LlamaLora lora, Tensor embeddings, Tensor direction, Tensor factor)
    {
        using var scope = NewDisposeScope();
        var along = factor.grad! / factor.grad!.norm().clamp_min(1e-12);
        const double step = 2e-3;
        double Value() => (model.Forward(embeddings, lora: lora.Fold()).to_type(ScalarType.Float64) * direction).sum().item<double>();
        factor.add_(along, step);
        var above = Value();
        factor.add_(along, -2 * step);
        var below = Value();
        factor.add_(along, step);
        return (above - below) / (2 * step);
    }

    /// <summary>W + alpha / r B A in the rows of the file.</summary>
    private static void Add(LlamaLora lora, string weight, float[] values)
    {
        if (!lora.Factors.TryGetValue(weight + LoraFile.SuffixA, out var a))
        {
            return;
        }

        using var scope = NewDisposeScope();
        var product = lora.Factors[weight + LoraFile.SuffixB].matmul(a) * (s_all.Alpha / s_all.Rank);
        System.Numerics.Tensors.TensorPrimitives.Add(values, product.contiguous().data<float>().ToArray(), values);
    }

    private static float Difference(Tensor a, Tensor b) => (a - b).abs().max().item<float>();
}
