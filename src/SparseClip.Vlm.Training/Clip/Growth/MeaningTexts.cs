using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Growth;

/// <summary>
/// The text side of features whose meaning is known, by ridge regression: from the frozen language model's states of a text, and the hidden values of the text head's perceptron,
/// to how much the text means each of them; reduced to the directions that the answers lie in (reduced-rank regression, Izenman 1975).
/// </summary>
internal sealed class MeaningTexts
{
    private const int TextsAtOnce = 2048;

    private readonly Tensor _features; // [T, F]: states and hidden values
    private readonly Tensor _targets; // [T, K]
    private readonly Tensor _weights; // [T, 1]

    private MeaningTexts(Tensor features, Tensor targets, Tensor weights) => (_features, _targets, _weights) = (features, targets, weights);

    /// <summary>Reads the texts. The tensors belong to the caller's dispose scope.</summary>
    /// <param name="head">The text head, in evaluation mode.</param>
    /// <param name="states">The frozen part of the text tower.</param>
    /// <param name="texts">The texts; at least one.</param>
    /// <param name="count">K, the number of meanings.</param>
    /// <param name="report">Called with the number of texts done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static MeaningTexts Read(
        TextHead head, IFrozenTextStates states, IReadOnlyCollection<MeaningText> texts, int count, Action<int>? report, CancellationToken cancellationToken)
    {
        var (features, targets) = (new List<Tensor>(), new List<Tensor>());
        var done = 0;
        foreach (var batch in texts.Chunk(TextsAtOnce))
        {
            using var step = NewDisposeScope();
            features.Add(Features(head, states.Pool([.. batch.Select(text => text.Text)], cancellationToken)).MoveToOuterDisposeScope());
            targets.Add(Targets(batch, count).MoveToOuterDisposeScope());
            report?.Invoke(done += batch.Length);
        }

        return new MeaningTexts(cat(features), cat(targets), tensor(texts.Select(text => (float)text.Weight).ToArray()).unsqueeze(1));
    }

    /// <summary>Fits the features.</summary>
    /// <param name="full">The activation by a text that means a feature alone; above 0.</param>
    /// <param name="cut">The part of a foretold activation, as a share of the full one, that counts as noise; 0 or more, below 1.</param>
    /// <param name="ridge">What is added to every variance, as a share of their mean; above 0.</param>
    /// <param name="most">The most values that the sparse layer gets to read; 1 or more.</param>
    /// <returns>Of the caller's dispose scope.</returns>
    public MeaningMap Fit(double full, double cut, double ridge, int most)
    {
        using var scope = NewDisposeScope();
        var total = _weights.sum();
        var (mean, average) = ((_features * _weights).sum([0]) / total, (_targets * _weights).sum([0]) / total);
        var (x, y) = (_features - mean, _targets - average);
        var covariance = (x * _weights).t().matmul(x) / total; // [F, F]
        var added = eye(x.shape[1]) * covariance.diagonal().mean().Times(ridge);
        var solution = linalg.solve(covariance.Plus(added).to_type(ScalarType.Float64), ((x * _weights).t().matmul(y) / total).to_type(ScalarType.Float64)).to_type(ScalarType.Float32); // [F, K]
        var (variances, directions) = linalg.eigh(solution.t().matmul(covariance).matmul(solution).to_type(ScalarType.Float64));
        var width = Math.Min(most, (int)variances.shape[0]);
        var kept = directions[.., ^width..].to_type(ScalarType.Float32); // [K, width], orthonormal
        var spread = variances[^width..].to_type(ScalarType.Float32).AtLeast(1e-12).sqrt(); // each value that is read gets the variance 1
        var read = solution.matmul(kept) / spread; // [F, width]
        var scale = full / (1 - cut);
        var weight = (kept * spread).Times(scale);
        var bias = (average - mean.matmul(read).matmul((kept * spread).t())).Minus(cut).Times(scale);
        return new MeaningMap(read.t().contiguous().MoveToOuterDisposeScope(), weight.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }

    private static Tensor Features(TextHead head, Tensor pooled)
    {
        var x = head.norm.forward(pooled);
        return cat([x, nn.functional.gelu(head.widen.forward(x))], 1);
    }

    private static Tensor Targets(MeaningText[] texts, int count)
    {
        var values = new float[texts.Length * count];
        for (var i = 0; i < texts.Length; i++)
        {
            foreach (var (meaning, share) in texts[i].Meaning)
            {
                values[(i * count) + meaning] = share;
            }
        }

        return tensor(values, [texts.Length, count]);
    }
}

/// <summary>A text of known meaning.</summary>
/// <param name="Text">The text.</param>
/// <param name="Meaning">How much it means some of the features, 0..1; the others not at all.</param>
/// <param name="Weight">How much it counts beside others; above 0.</param>
internal readonly record struct MeaningText(string Text, IReadOnlyCollection<(int Feature, float Share)> Meaning, double Weight);

/// <summary>The text side of features in two layers: activation = ReLU(W (R [states, hidden]) + b).</summary>
/// <param name="Read">R [width, states + hidden]</param>
/// <param name="Weight">W [K, width]</param>
/// <param name="Bias">b [K]</param>
internal sealed record MeaningMap(Tensor Read, Tensor Weight, Tensor Bias);
