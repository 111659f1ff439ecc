using SparseClip.Vlm.Modeling.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Metrics;

public sealed class ModalityScoreTests
{
    [Fact]
    public void By_hand()
    {
        using var scope = NewDisposeScope();
        using var modality = new ModalityScore(dimension: 4);
        modality.AddImages(tensor(new[,] { { 1f, 0f, 3f, 0f }, { 1f, 0f, 0f, 0f } })); // means 1, 0, 1.5, 0
        modality.AddTexts(tensor(new[,] { { 0f, 2f, 0.5f, 0f } }));
        var scores = modality.Score();
        Assert.Equal([1, 0, 0.75, double.NaN], scores.PerFeature);
        Assert.Equal(3, scores.Features);
        Assert.Equal(1.75 / 3, scores.Mean!.Value, 1e-12);
        Assert.Equal(1 / 3.0, scores.FractionWithin(0.1, 0.9)!.Value, 1e-12);
    }

    [Fact]
    public void Repeating_the_images_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using ModalityScore once = new(5), thrice = new(5);
        var (images, texts) = (rand(6, 5), rand(4, 5));
        once.AddImages(images);
        once.AddTexts(texts);
        thrice.AddTexts(texts);
        for (var i = 0; i < 3; i++)
        {
            thrice.AddImages(images);
        }

        Assert.All(once.Score().PerFeature.Zip(thrice.Score().PerFeature), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Exchanging_the_sides_mirrors_the_scores()
    {
        using var scope = NewDisposeScope();
        using ModalityScore one = new(5), other = new(5);
        var (a, b) = (rand(6, 5), rand(4, 5));
        one.AddImages(a);
        one.AddTexts(b);
        other.AddImages(b);
        other.AddTexts(a);
        Assert.All(one.Score().PerFeature.Zip(other.Score().PerFeature), pair => Assert.Equal(1, pair.First + pair.Second, 1e-12));
    }

    [Fact]
    public void Negative_codes_and_a_missing_side_are_refused()
    {
        using var scope = NewDisposeScope();
        using var modality = new ModalityScore(2);
        Assert.Throws<ArgumentException>(() => modality.AddImages(tensor(new[,] { { -1f, 0f } })));
        modality.AddImages(ones(1, 2));
        Assert.Throws<InvalidOperationException>(modality.Score);
    }
}
