using SparseClip.Vlm.Modeling.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Metrics;

public sealed class RetrievalTests
{
    [Fact]
    public void By_hand()
    {
        using var scope = NewDisposeScope();
        var images = tensor(new[,] { { 1f, 0f }, { 0f, 1f }, { 0.8f, 0.6f } });
        var texts = tensor(new[,] { { 1f, 0f }, { 0.6f, 0.8f }, { 0f, 1f } });
        // Cosines, images down: (1, .6, 0), (0, .8, 1), (.8, .96, .6). Only image 0 and text 0 find each other first.
        var score = Retrieval.Evaluate(images, texts);
        Assert.Equal(1 / 3.0, score.ImageToTextAt1, 1e-12);
        Assert.Equal(1 / 3.0, score.TextToImageAt1, 1e-12);
        Assert.Equal((1, 1, 3), (score.ImageToTextAt5, score.TextToImageAt5, score.Pairs));
    }

    [Fact]
    public void Equal_codes_score_what_chance_does()
    {
        using var scope = NewDisposeScope();
        var codes = tensor(new[] { 1f, 0f }).expand(10, 2);
        var score = Retrieval.Evaluate(codes, codes);
        Assert.Equal(0.1, score.ImageToTextAt1, 1e-9);
        Assert.Equal(0.5, score.TextToImageAt5, 1e-9);
    }

    [Fact]
    public void Pairs_beyond_one_block_find_each_other()
    {
        using var scope = NewDisposeScope();
        var codes = nn.functional.normalize(randn(600, 32), dim: 1);
        Assert.Equal(new RetrievalScore(1, 1, 1, 1, 600), Retrieval.Evaluate(codes, codes.clone()));
        var shifted = Retrieval.Evaluate(codes, codes.roll(1, 0));
        Assert.Equal((0, 0), (shifted.ImageToTextAt1, shifted.TextToImageAt1));
    }

    [Fact]
    public void Exchanging_the_sides_exchanges_the_scores()
    {
        using var scope = NewDisposeScope();
        var images = nn.functional.normalize(randn(40, 6), dim: 1);
        var texts = nn.functional.normalize(images + (0.5 * randn(40, 6)), dim: 1);
        var (one, other) = (Retrieval.Evaluate(images, texts), Retrieval.Evaluate(texts, images));
        Assert.Equal((one.ImageToTextAt1, one.TextToImageAt5), (other.TextToImageAt1, other.ImageToTextAt5));
    }

    [Fact]
    public void Codes_that_are_no_pairs_or_no_units_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => Retrieval.Evaluate(eye(2), eye(3)));
        Assert.Throws<ArgumentException>(() => Retrieval.Evaluate(eye(2), 3 * eye(2)));
    }
}
