using CsCheck;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Clip.Presets;
using TorchSharp;

namespace SparseClip.Vlm.Training.Tests.Clip;

public sealed class FeatureBalanceTests
{
    private static readonly ClipBalanceOptions Bounds = new(0.1, 0.4, 0.01, 0.25);

    [Fact]
    public void Frequent_features_are_lowered_rare_ones_raised_and_the_others_left_alone()
    {
        using var balance = new FeatureBalance(Bounds, 3);
        using var codes = torch.tensor(new float[,] { { 1, 2, 0 }, { 3, 0, 0 }, { 1, 0, 0 }, { 0.5f, 0, 0 } });
        balance.Observe(codes, (int)codes.shape[0]);

        using var step = balance.Step(0.5, 0.5);
        using var frequency = balance.Frequency();

        Assert.Equal([1f, 0.25f, 0f], Rounded(frequency));
        Assert.Equal([-0.005f, 0f, 0.005f], Rounded(step));
    }

    [Fact]
    public void A_feature_is_held_by_the_kind_of_picture_that_it_is_active_in_more_often()
    {
        using var codes = torch.tensor(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 1, 0 }, { 0, 1, 0 } }); // one drawn picture, three photographs
        Assert.Equal([-0.01f, 0.01f, 0.01f], StepOf(Bounds));
        Assert.Equal([-0.01f, -0.01f, 0.01f], StepOf(Bounds with { Photographs = true }));

        float[] StepOf(ClipBalanceOptions bounds)
        {
            using var balance = new FeatureBalance(bounds, 3);
            balance.Observe(codes, 1);
            using var step = balance.Step(0.5, 1);
            return Rounded(step);
        }
    }

    [Fact]
    public void What_follows_comes_as_near_to_the_other_side_as_the_bounds_allow()
    {
        using var balance = new FeatureBalance(Bounds with { Least = 0.05, Follow = 0.5 }, 4);
        using var codes = torch.tensor(new float[,] { { 1, 1, 1, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 } });
        balance.Observe(codes, 4); // 0.25
        using var followed = torch.tensor(new[] { 0.4f, 0.6f, 0.1f, 0f });
        using var step = balance.Step(0.5, 1, followed);

        Assert.Equal([0f, 0.01f, -0.01f, 0.01f], Rounded(step)); // 0.25 in 0.2..0.4; below 0.3; above 0.2; 0 below the least
    }

    [Fact]
    public void Nothing_moves_before_it_begins()
    {
        using var balance = new FeatureBalance(Bounds, 2);
        using var codes = torch.ones(1, 2);
        balance.Observe(codes, (int)codes.shape[0]);

        using var step = balance.Step(0.2, 1);

        Assert.Equal([0f, 0f], Rounded(step));
    }

    [Fact]
    public void Biases_that_follow_it_end_within_the_bounds_from_wherever_they_start() =>
        Gen.Float[-3, 3].Array[4].Sample(
            start =>
            {
                using var scope = torch.NewDisposeScope();
                using var balance = new FeatureBalance(Bounds with { Rate = 0.05, From = 0 }, 4);
                var states = torch.linspace(-1, 1, 101).unsqueeze(1).expand(101, 4);
                var biases = torch.tensor(start);
                for (var i = 0; i < 400; i++)
                {
                    balance.Observe((states + biases).relu(), 101);
                    biases += balance.Step(1, 1);
                }

                // The running mean lags behind, so a bias may have gone a little further than it had to.
                var share = (states + biases).gt(0).to_type(torch.ScalarType.Float32).mean([0]);
                Assert.All(share.data<float>().ToArray(), value => Assert.InRange(value, 0.05, 0.5));
            },
            iter: 20);

    [Fact]
    public void A_run_that_goes_on_knows_what_was_seen()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var first = new FeatureBalance(Bounds, 2);
            using var codes = torch.tensor(new float[,] { { 1, 0 }, { 1, 1 } });
            first.Observe(codes, 1);
            SafetensorsWriter.Write(path, first.State);
            using var second = new FeatureBalance(Bounds, 2);
            using (var file = SafetensorsFile.Open(path))
            {
                second.Restore(file);
            }

            using var expected = first.Frequency();
            using var restored = second.Frequency();
            Assert.Equal(Rounded(expected), Rounded(restored));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Each_side_of_a_model_follows_its_own_bounds()
    {
        var preset = TinyClipRun.Preset(1) with { Dimension = 2, Balance = null, TextBalance = Bounds with { From = 0 } };
        var config = new SparseClipConfig(2, 64, VisionTrunks.LoadConfig(RepositoryFiles.Model("presets", "trunks", "vit-tiny-16.json")).ForSize(64), 0, preset.Text, -0.5f);
        using var model = new SparseClipModel(config, config.Trunk.Create(64));
        using var balances = new FeatureBalances(preset, model);
        using var images = torch.ones(4, 2);
        using var captions = torch.tensor(new float[,] { { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 } });

        balances.Observe(images, captions, 3);
        balances.Apply(0.5, 1);

        Assert.Equal([-0.5f, -0.5f], Rounded(model.image_head.bias));
        Assert.Equal([-0.51f, -0.49f], Rounded(model.text_head.head.bias));
        Assert.All(balances.State.Keys, key => Assert.StartsWith("text_balance.", key, StringComparison.Ordinal));
    }

    [Fact]
    public void Photographs_are_held_by_a_balance_that_leaves_drawn_pictures_alone()
    {
        var preset = TinyClipRun.Preset(1) with { Dimension = 2, Balance = null, PhotographBalance = Bounds with { Least = 0, From = 0 } };
        var config = new SparseClipConfig(2, 64, VisionTrunks.LoadConfig(RepositoryFiles.Model("presets", "trunks", "vit-tiny-16.json")).ForSize(64), 0, preset.Text, -0.5f);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = new SparseClipModel(config, config.Trunk.Create(64));
        model.eval();
        var drawn = torch.randn(400, model.image_head.Width);
        var photographs = torch.randn(400, model.image_head.Width) + 2;
        using var readout = PhotographReadout.Fit(model.image_head, drawn, photographs);
        using var balances = new FeatureBalances(preset, model, readout);
        var (before, beforeReal) = (model.image_head.PreActivations(drawn).mean([0]), model.image_head.PreActivations(photographs).mean([0]));

        balances.Observe(torch.tensor(new float[,] { { 1, 1 }, { 0, 1 }, { 1, 0 }, { 1, 0 } }), torch.ones(4, 2), 2); // the last two are photographs
        balances.Apply(0.5, 1);

        Assert.Equal([0f, 0f], Rounded(model.image_head.PreActivations(drawn).mean([0]) - before));
        Assert.Equal([-0.01f, 0f], Rounded(model.image_head.PreActivations(photographs).mean([0]) - beforeReal)); // active in all of them: too often; in none: the least is 0
        Assert.All(balances.State.Keys, key => Assert.StartsWith("photograph_balance.", key, StringComparison.Ordinal));
        Assert.Throws<ArgumentNullException>(() => new FeatureBalances(preset, model));
    }

    [Fact]
    public void Texts_follow_pictures_that_nothing_moves()
    {
        var preset = TinyClipRun.Preset(1) with { Dimension = 2, Balance = null, TextBalance = Bounds with { From = 0, Follow = 0.5 } };
        var config = new SparseClipConfig(2, 64, VisionTrunks.LoadConfig(RepositoryFiles.Model("presets", "trunks", "vit-tiny-16.json")).ForSize(64), 0, preset.Text, -0.5f);
        using var model = new SparseClipModel(config, config.Trunk.Create(64));
        using var balances = new FeatureBalances(preset, model);
        using var images = torch.tensor(new float[,] { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 } });
        using var captions = torch.tensor(new float[,] { { 0, 1 }, { 0, 0 }, { 0, 0 }, { 0, 0 } });

        balances.Observe(images, captions, 4);
        balances.Apply(0.5, 1);

        Assert.Equal([-0.5f, -0.5f], Rounded(model.image_head.bias));
        Assert.Equal([-0.49f, -0.51f], Rounded(model.text_head.head.bias));
    }

    [Fact]
    public void A_share_out_of_range_is_refused()
    {
        Assert.Contains("balance.follow is 0", (Bounds with { Follow = 0 }).Problem("balance"), StringComparison.Ordinal);
        Assert.Contains("balance.follow is 1.5", (Bounds with { Follow = 1.5 }).Problem("balance"), StringComparison.Ordinal);
        Assert.Contains("text_balance", (TinyClipRun.Preset(1) with { Balance = Bounds with { Follow = 0.5 } }).Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shift_of_another_width_is_refused()
    {
        using var head = new SparseHead(2, 4);
        using var shift = torch.ones(3);

        Assert.Throws<ArgumentException>(() => head.ShiftBiases(shift));
    }

    private static float[] Rounded(torch.Tensor values) => [.. values.data<float>().ToArray().Select(value => MathF.Round(value, 5))];
}
