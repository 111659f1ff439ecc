using SparseClip.Vlm.Training.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Clip;

public sealed class WhitenedStatesTests
{
    [Fact]
    public void Rows_have_mean_0_and_covariance_1()
    {
        using var scope = NewDisposeScope();

        var rows = new WhitenedStates(Correlated(500), ridge: 1e-6).Rows;

        Assert.True(rows.mean([0]).abs().max().item<float>() < 1e-4);
        Assert.True((rows.t().matmul(rows) / 500 - eye(6)).abs().max().item<float>() < 1e-3);
    }

    [Theory]
    [InlineData(0.01, 3)]
    [InlineData(0.2, 0.5)]
    public void A_cut_feature_is_active_in_the_share_asked_for_and_as_large_as_asked_for(double rate, double largest)
    {
        using var scope = NewDisposeScope();
        var states = Correlated(1000);
        var whitened = new WhitenedStates(states, ridge: 0.1);

        var (weight, bias) = whitened.Fold(whitened.Cut(randn(600, 6), rate, largest));

        var activations = nn.functional.relu(states.matmul(weight.t()) + bias);
        Assert.Equal((float)largest, activations.amax([0]).min().item<float>(), 0.02f * (float)largest);
        Assert.Equal((float)largest, activations.amax([0]).max().item<float>(), 0.02f * (float)largest);
        var shares = activations.gt(1e-3 * largest).to_type(ScalarType.Float32).mean([0]);
        Assert.InRange(shares.min().item<float>(), rate - 0.0051, rate);
        Assert.InRange(shares.max().item<float>(), rate - 0.0051, rate);
    }

    [Fact]
    public void What_other_states_show_of_a_feature_is_found()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (known, noise) = (randn(2000, 2), randn(2000, 2));
        var (images, texts) = (new WhitenedStates(cat([known, noise], 1), ridge: 0.01), new WhitenedStates(cat([randn(2000, 3), known], 1), ridge: 0.01));
        var features = images.Cut(images.Rows[..2], rate: 0.2, largest: 1);

        var found = texts.Cut(texts.Regress(images, features), rate: 0.2, largest: 1);

        // Both see the two known values, and only those.
        var (weight, _) = texts.Fold(found);
        Assert.True(weight[.., 3..].norm(1, false, 2f).min().item<float>() > 5 * weight[.., ..3].norm(1, false, 2f).max().item<float>());
        var (seen, said) = (images.Fold(features).Weight[.., ..2], weight[.., 3..]);
        Assert.True(nn.functional.cosine_similarity(seen, said, dim: 1).min().item<float>() > 0.9);
    }

    private static Tensor Correlated(int count)
    {
        manual_seed(2);
        return (randn(count, 6).matmul(randn(6, 6)) * 3) + 5;
    }
}
