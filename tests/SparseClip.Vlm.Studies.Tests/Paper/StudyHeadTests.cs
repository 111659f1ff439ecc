using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Studies.Paper;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Tests.Paper;

/// <summary>The variants of the final projection, by hand on small tensors.</summary>
public sealed class StudyHeadTests
{
    private static readonly float[,] s_states = { { 1, 2 }, { 3, -1 } };

    [Fact]
    public void Top_k_keeps_the_greatest_of_each_row_and_their_gradients()
    {
        using var scope = NewDisposeScope();
        var head = Head(Config(3) with { TopK = 1 });
        Set(head, new float[,] { { 1, 0 }, { 0, 1 }, { 1, 1 } });

        var codes = head.forward(tensor(s_states)); // rows 1 2 3 and 3 -1 2
        codes.sum().backward();

        Assert.Equal([0, 0, 3, 3, 0, 0], Rounded(codes));
        Assert.Equal([3, -1, 0, 0, 1, 2], Rounded(head.weight.grad!));
    }

    [Fact]
    public void Without_ReLU_negative_values_stay()
    {
        using var scope = NewDisposeScope();
        var head = Head(Config(2) with { Activation = HeadActivation.None });
        Set(head, new float[,] { { 1, 0 }, { 0, 1 } });

        Assert.Equal([1, 2, 3, -1], Rounded(head.forward(tensor(s_states))));
    }

    [Fact]
    public void A_low_rank_head_is_a_product_with_the_parameters_of_a_small_full_one()
    {
        using var scope = NewDisposeScope();
        var config = Config(8) with { EqualParametersOf = 4 };
        var head = Head(config, width: 6);

        // A full head of 4 from 6 has 4 * 7 = 28 parameters; 28 - 8 biases are enough for rank 20 / (6 + 8) = 1.
        Assert.Equal(1, config.RankFrom(6));
        Assert.Equal([[1, 6], [8, 1]], new[] { head.down!.shape, head.weight.shape });
        Assert.True(head.parameters().Sum(parameter => parameter.numel()) <= 28);

        var x = rand(3, 6);
        head.eval();
        var expected = (x / Math.Sqrt(1 + 1e-5)).matmul(head.down.t()).matmul(head.weight.t()).relu();
        Assert.True(expected.allclose(head.forward(x), atol: 1e-5));
    }

    [Fact]
    public void The_L1_term_is_the_mean_L1_norm_of_unit_codes_on_both_sides()
    {
        using var scope = NewDisposeScope();
        var preset = new StudyPreset { TextHidden = 4, TextWidth = 3 };
        var config = Config(5) with { L1Weight = 0.5, Bias = 1 };
        using var with = new StudyModel(4, 6, preset, config, 7);
        using var without = new StudyModel(4, 6, preset, config with { L1Weight = 0 }, 7);
        foreach (var model in new[] { with, without })
        {
            model.eval();
        }

        var (pooled, states) = (rand(2, 4), rand(2, 6));
        var images = nn.functional.normalize(with.image.forward(pooled), dim: 1);
        var texts = nn.functional.normalize(with.text.forward(states), dim: 1);
        var expected = 0.25 * (images.sum(1).mean() + texts.sum(1).mean()).item<float>();

        var one = with.Losses(pooled, states);
        var other = without.Losses(pooled, states);

        Assert.Equal(expected, one.L1!.item<float>(), 1e-4);
        Assert.Null(other.L1);
        Assert.Equal(other.Contrastive.item<float>(), one.Contrastive.item<float>());
    }

    [Fact]
    public void Statistics_of_a_sample_standardise_what_enters_every_projection()
    {
        using var scope = NewDisposeScope();
        using var model = new StudyModel(4, 6, new StudyPreset { TextHidden = 4, TextWidth = 3 }, Config(5), 7);
        var (pooled, states) = ((randn(50, 4) * 3) + 5, randn(50, 6) - 2);

        model.Calibrate(pooled, states);

        Assert.True(model.image.norm.forward(pooled).mean([0]).abs().max().item<float>() < 1e-3);
        Assert.True(model.text.head.norm.forward(model.text.Narrowed(states)).mean([0]).abs().max().item<float>() < 1e-3);
        Assert.False(model.training);
    }

    [Fact]
    public void States_of_another_width_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => Head(Config(3)).forward(rand(2, 5)));
    }

    [Fact]
    public void A_variant_that_cannot_be_is_refused_by_its_value()
    {
        Refused("dimension is 0", Config(0));
        Refused("cap is 0.5", Config(3) with { Cap = 0.5 });
        Refused("l1_weight is -1", Config(3) with { L1Weight = -1 });
        Refused("top_k is 4", Config(3) with { TopK = 4 });
        Refused("equal_parameters_of is -1", Config(3) with { EqualParametersOf = -1 });

        static void Refused(string message, StudyConfig config) =>
            Assert.Contains(message, Assert.Throws<ConfigurationException>(() => new StudyHead(2, config)).Message, StringComparison.Ordinal);
    }

    private static StudyConfig Config(int dimension) => new("a head", dimension, HeadActivation.Relu, 100, 0);

    /// <summary>In evaluation mode its norm divides by the root of 1 + 1e-5 and does nothing else.</summary>
    private static StudyHead Head(StudyConfig config, long width = 2)
    {
        var head = new StudyHead(width, config);
        head.eval();
        return head;
    }

    private static void Set(StudyHead head, float[,] weight)
    {
        using var noGrad = no_grad();
        head.weight.copy_(tensor(weight));
    }

    private static double[] Rounded(Tensor values) => [.. values.detach().contiguous().data<float>().ToArray().Select(value => Math.Round(value, 2) + 0.0)];
}
