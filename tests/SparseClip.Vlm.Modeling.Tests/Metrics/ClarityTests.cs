using CsCheck;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Metrics;

public sealed class ClarityTests
{
    [Fact]
    public void It_agrees_with_the_reference()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(RepositoryFiles.Fixture("losses", "clarity.safetensors"));
        var codes = file.Load("codes");
        var score = Score(codes, file.Load("embeddings"));
        Assert.Equal(file.Load("clarity").item<float>(), score.Mean!.Value, 1e-5);
        using var active = new ActiveFeatures((int)codes.shape[1], Clarity.PaperThreshold);
        active.Add(codes);
        Assert.Equal(file.Load("active").item<long>(), active.ActiveCount);
    }

    [Fact]
    public void By_hand()
    {
        using var scope = NewDisposeScope();
        // Feature 0: pictures 0, 1, 2 with cosines 0, 1, 0. Feature 1: pictures 1, 2 with cosine 0. Feature 2: one picture. Feature 3: at tau, not above.
        var codes = tensor(new[,] { { 1f, 0f, 0f, 0.001f }, { 2f, 0.5f, 0f, 0.001f }, { 0.1f, 3f, 1f, 0f } });
        var embeddings = tensor(new[,] { { 2f, 0f }, { 0f, 1f }, { 5f, 0f } });
        var score = Score(codes, embeddings);
        Assert.Equal(2, score.Features);
        Assert.Equal(1 / 3.0, score.PerFeature[0], 1e-7);
        Assert.Equal(0, score.PerFeature[1], 1e-7);
        Assert.True(double.IsNaN(score.PerFeature[2]) && double.IsNaN(score.PerFeature[3]));
        Assert.Equal(1 / 6.0, score.Mean!.Value, 1e-7);
        Assert.Equal(1 / 3.0, score.Baseline!.Value, 1e-7);
    }

    [Fact]
    public void More_pictures_can_be_asked_for()
    {
        using var scope = NewDisposeScope();
        var codes = tensor(new[,] { { 1f, 0f }, { 1f, 1f }, { 1f, 1f } });
        var score = Score(codes, tensor(new[,] { { 1f, 0f }, { 0f, 1f }, { 1f, 0f } }), minimumPictures: 3);
        Assert.Equal(1, score.Features);
        Assert.Equal(1 / 3.0, score.Mean!.Value, 1e-7);
    }

    [Fact]
    public void Identical_pictures_have_clarity_1() =>
        Pictures.Sample((codes, embeddings) =>
        {
            using var scope = NewDisposeScope();
            var same = tensor(embeddings[..3], [1, 3]).expand(8, 3);
            var score = Score(Codes(codes), same);
            return score.Mean is null || Math.Abs(score.Mean.Value - 1) < 1e-9;
        });

    [Fact]
    public void It_is_the_mean_over_features_of_the_mean_over_pairs() =>
        Pictures.Sample((values, embeddings) =>
        {
            using var scope = NewDisposeScope();
            var (codes, pictures) = (Codes(values), tensor(embeddings, [8, 3]));
            var score = Score(codes, pictures);
            var units = Enumerable.Range(0, 8).Select(i => Unit(embeddings[(3 * i)..(3 * (i + 1))])).ToArray();
            var means = new List<double>();
            for (var feature = 0; feature < 5; feature++)
            {
                var active = Enumerable.Range(0, 8).Where(i => Math.Max(0, values[(5 * i) + feature]) > 0.001).ToArray();
                if (active.Length >= 2)
                {
                    means.Add(active.SelectMany(i => active.Where(j => j > i).Select(j => units[i].Zip(units[j], (a, b) => a * b).Sum())).Average());
                }
            }

            return score.Features == means.Count && (means.Count == 0 ? score.Mean is null : Math.Abs(score.Mean!.Value - means.Average()) < 1e-9);
        });

    [Fact]
    public void Neither_batches_nor_the_order_of_pictures_nor_the_length_of_embeddings_matter() =>
        Pictures.Sample((values, embeddings) =>
        {
            using var scope = NewDisposeScope();
            var (codes, pictures) = (Codes(values), tensor(embeddings, [8, 3]));
            var whole = Score(codes, pictures);
            using var parts = new Clarity(5, 3);
            parts.Add(codes[5..], pictures[5..] * 8);
            parts.Add(codes[..5].flip(0), pictures[..5].flip(0));
            var score = parts.Score();
            return score.Features == whole.Features && Near(score.Mean, whole.Mean) && Near(score.Baseline, whole.Baseline);
        });

    [Fact]
    public void Nothing_measured_has_no_mean()
    {
        using var clarity = new Clarity(2, 2);
        Assert.Equal((null, 0, null), (clarity.Score().Mean, clarity.Score().Features, clarity.Score().Baseline));
    }

    [Fact]
    public void What_does_not_belong_together_is_refused()
    {
        using var scope = NewDisposeScope();
        using var clarity = new Clarity(4, 3);
        Assert.Throws<ArgumentException>(() => clarity.Add(ones(2, 4), ones(3, 3)));
        Assert.Throws<ArgumentException>(() => clarity.Add(ones(2, 5), ones(2, 3)));
        Assert.Throws<ArgumentException>(() => clarity.Add(ones(2, 4), zeros(2, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Clarity(4, 3, minimumPictures: 1));
    }

    private static Gen<(float[] Codes, float[] Embeddings)> Pictures =>
        Gen.Float[-1, 1].Array[40].Select(Gen.Float[0.1f, 1].Select(Gen.Bool, (value, negative) => negative ? -value : value).Array[24]);

    private static Tensor Codes(float[] values) => nn.functional.relu(tensor(values, [8, 5]));

    private static ClarityScore Score(Tensor codes, Tensor embeddings, int minimumPictures = 2)
    {
        using var clarity = new Clarity((int)codes.shape[1], (int)embeddings.shape[1], minimumPictures: minimumPictures);
        clarity.Add(codes, embeddings);
        return clarity.Score();
    }

    private static double[] Unit(float[] values)
    {
        var length = Math.Sqrt(values.Sum(value => (double)value * value));
        return [.. values.Select(value => value / length)];
    }

    private static bool Near(double? a, double? b) => a is null ? b is null : b is not null && Math.Abs(a.Value - b.Value) < 1e-9;
}
