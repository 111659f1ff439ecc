using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Classes;

/// <summary>
/// The text side of the features of classes, by ridge regression: from the frozen language model's states of a word in a sentence, and the hidden values of the text head's perceptron,
/// to how much the word means each class and kind; reduced to the directions that the answers lie in (reduced-rank regression, Izenman 1975).
/// </summary>
internal sealed class ClassTexts
{
    private const int TextsAtOnce = 2048;

    /// <summary>A name of a class counts as much as so many other words: there are few names, and each has to be met.</summary>
    private const double WeightOfNames = 8;

    private readonly Tensor _features; // [T, F]: states and hidden values
    private readonly Tensor _targets; // [T, K]
    private readonly Tensor _weights; // [T, 1]

    private ClassTexts(Tensor features, Tensor targets, Tensor weights) => (_features, _targets, _weights) = (features, targets, weights);

    /// <summary>Reads the texts. The tensors belong to the caller's dispose scope.</summary>
    /// <param name="head">The text head, in evaluation mode.</param>
    /// <param name="states">The frozen part of the text tower.</param>
    /// <param name="tree">The classes and kinds.</param>
    /// <param name="names">The words of classes and kinds, in several sentences each.</param>
    /// <param name="others">Other words, in one sentence each: they say what is no name.</param>
    /// <param name="report">Called with the number of texts done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static ClassTexts Read(
        TextHead head, IFrozenTextStates states, ClassTree tree, IReadOnlyCollection<string> names, IReadOnlyCollection<string> others, Action<int>? report,
        CancellationToken cancellationToken)
    {
        var texts = names.SelectMany(word => PromptTemplates.Training.Take(ClassVocabulary.SentencesOfNames).Select(form => (Word: word, Text: PromptTemplates.Fill(form.Template, word), Weight: WeightOfNames)))
            .Concat(others.Select(word => (Word: word, Text: PromptTemplates.Fill(PromptTemplates.Concept, word), Weight: 1.0))).ToArray();
        var (features, targets) = (new List<Tensor>(), new List<Tensor>());
        var done = 0;
        foreach (var batch in texts.Chunk(TextsAtOnce))
        {
            using var step = NewDisposeScope();
            features.Add(Features(head, states.Pool([.. batch.Select(text => text.Text)], cancellationToken)).MoveToOuterDisposeScope());
            targets.Add(Targets([.. batch.Select(text => text.Word)], tree).MoveToOuterDisposeScope());
            report?.Invoke(done += batch.Length);
        }

        return new ClassTexts(cat(features), cat(targets), tensor(texts.Select(text => (float)text.Weight).ToArray()).unsqueeze(1));
    }

    /// <summary>Fits the features.</summary>
    /// <param name="options">How.</param>
    /// <returns>Of the caller's dispose scope.</returns>
    public ClassTextMap Fit(ClassFeatureOptions options)
    {
        using var scope = NewDisposeScope();
        var total = _weights.sum();
        var (mean, average) = ((_features * _weights).sum([0]) / total, (_targets * _weights).sum([0]) / total);
        var (x, y) = (_features - mean, _targets - average);
        var covariance = (x * _weights).t().matmul(x) / total; // [F, F]
        var ridge = eye(x.shape[1]) * covariance.diagonal().mean().Times(options.Ridge);
        var solution = linalg.solve(covariance.Plus(ridge).to_type(ScalarType.Float64), ((x * _weights).t().matmul(y) / total).to_type(ScalarType.Float64)).to_type(ScalarType.Float32); // [F, K]
        var (variances, directions) = linalg.eigh(solution.t().matmul(covariance).matmul(solution).to_type(ScalarType.Float64));
        var width = Math.Min(options.Width, (int)variances.shape[0]);
        var kept = directions[.., ^width..].to_type(ScalarType.Float32); // [K, width], orthonormal
        var spread = variances[^width..].to_type(ScalarType.Float32).AtLeast(1e-12).sqrt(); // each value that is read gets the variance 1
        var read = solution.matmul(kept) / spread; // [F, width]
        var full = options.Texts / (1 - options.Cut);
        var weight = (kept * spread).Times(full);
        var bias = (average - mean.matmul(read).matmul((kept * spread).t())).Minus(options.Cut).Times(full);
        return new ClassTextMap(read.t().contiguous().MoveToOuterDisposeScope(), weight.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }

    private static Tensor Features(TextHead head, Tensor pooled)
    {
        var x = head.norm.forward(pooled);
        return cat([x, nn.functional.gelu(head.widen.forward(x))], 1);
    }

    private static Tensor Targets(string[] words, ClassTree tree)
    {
        var values = new float[words.Length * tree.Kinds.Count];
        for (var i = 0; i < words.Length; i++)
        {
            foreach (var (kind, share) in tree.Meaning(words[i]))
            {
                values[(i * tree.Kinds.Count) + kind] = share;
            }
        }

        return tensor(values, [words.Length, tree.Kinds.Count]);
    }
}

/// <summary>The text side of features in two layers: activation = ReLU(W (R [states, hidden]) + b).</summary>
/// <param name="Read">R [width, states + hidden]</param>
/// <param name="Weight">W [K, width]</param>
/// <param name="Bias">b [K]</param>
internal sealed record ClassTextMap(Tensor Read, Tensor Weight, Tensor Bias);
