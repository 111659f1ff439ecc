using SparseClip.Vlm.Modeling.Baselines;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Baselines;

public sealed class SpliceDictionaryTests
{
    [Fact]
    public void Centring_by_hand()
    {
        using var scope = NewDisposeScope();
        // Unit words (1, 0) and (0, 1) have the mean (.5, .5): centred (.7071, -.7071) and its opposite.
        using var splice = new SpliceDictionary(tensor(new[,] { { 2f, 0f }, { 0f, 3f } }), tensor(new[] { 0.5f, 0.5f }), alpha: 0.05);
        // The picture (1, 0) becomes the first concept itself: weight 1 - n alpha.
        var weights = splice.Encode(tensor(new[,] { { 4f, 0f } }));
        Assert.True(weights.allclose(tensor(new[,] { { 0.9f, 0f } }), 0, 1e-3), string.Join(" ", weights.data<float>().ToArray()));
        var half = MathF.Sqrt(0.5f);
        var expected = nn.functional.normalize(tensor(new[,] { { half + 0.5f, 0.5f - half } }), dim: 1);
        Assert.True(splice.Decode(weights).allclose(expected, 0, 1e-5));
    }

    [Fact]
    public void A_mixture_of_few_words_is_taken_apart_into_them_and_put_together_again()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(7);
        var embeddings = nn.functional.normalize(randn([60, 32], generator: random) + 2, dim: 1); // a cone, as CLIP's
        using var splice = new SpliceDictionary(embeddings, zeros(32), alpha: 0.05 / 32);
        var truth = zeros(1, 60);
        (truth[0, 4], truth[0, 17]) = (tensor(1f), tensor(0.7f));
        var image = splice.Decode(truth);
        var weights = splice.Encode(image);
        var strongest = weights[0].topk(2).indexes.data<long>().ToArray();
        Assert.Equal([4, 17], strongest.Order());
        Assert.True(weights.ge(0).all().item<bool>());
        Assert.InRange(nn.functional.cosine_similarity(splice.Decode(weights), image, 1).item<float>(), 0.97, 1.0001);
    }

    [Fact]
    public void What_is_not_as_wide_as_the_words_embeddings_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => new SpliceDictionary(zeros(2, 3), zeros(4), 0.1));
        using var splice = new SpliceDictionary(eye(2, 3), zeros(3), 0.1);
        Assert.Throws<ArgumentException>(() => splice.Encode(zeros(1, 4)));
        Assert.Throws<ArgumentException>(() => splice.Decode(zeros(1, 3)));
    }
}
