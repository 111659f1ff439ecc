using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Evaluation;

/// <summary>
/// Classification without training on the classes: a picture belongs to the label whose text code is nearest to its image code by cosine
/// (Radford et al. 2021). A label's code is the mean of its unit codes over several prompt templates.
/// </summary>
public sealed class ZeroShotClassifier : IDisposable
{
    private const int TextBatch = 256;
    private readonly Tensor _labelCodes; // [L, D], unit rows

    private ZeroShotClassifier(IReadOnlyList<string> labels, Tensor labelCodes)
    {
        Labels = labels;
        _labelCodes = labelCodes;
    }

    /// <summary>The classes.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Encodes the labels.</summary>
    /// <param name="texts">The text tower.</param>
    /// <param name="labels">At least one label, each once.</param>
    /// <param name="prompts">One function a template: a label's prompt.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static ZeroShotClassifier Create(
        SparseTextEncoder texts, IReadOnlyList<string> labels, IReadOnlyList<Func<string, string>> prompts, CancellationToken cancellationToken) =>
        Create(batch => texts.Codes(batch, cancellationToken), labels, prompts);

    /// <summary>Encodes the labels.</summary>
    /// <param name="encode">Texts to codes [N, D], which are disposed here.</param>
    /// <param name="labels">At least one label, each once.</param>
    /// <param name="prompts">One function a template: a label's prompt.</param>
    public static ZeroShotClassifier Create(
        Func<IReadOnlyList<string>, Tensor> encode, IReadOnlyList<string> labels, IReadOnlyList<Func<string, string>> prompts)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var chunks = new List<Tensor>();
        foreach (var chunk in labels.Chunk(TextBatch))
        {
            var sum = zeros(1);
            foreach (var prompt in prompts)
            {
                using var codes = encode([.. chunk.Select(prompt)]);
                sum += nn.functional.normalize(codes, dim: 1);
            }

            chunks.Add(nn.functional.normalize(sum, dim: 1));
        }

        return new ZeroShotClassifier(labels, cat(chunks).DetachFromDisposeScope());
    }

    /// <summary>The labels of pictures, nearest first.</summary>
    /// <param name="imageCodes">[B, D]</param>
    /// <param name="count">How many labels a picture.</param>
    /// <returns>Indices into <see cref="Labels"/>, [B][min(count, L)].</returns>
    public long[][] Nearest(Tensor imageCodes, int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var cosines = nn.functional.normalize(imageCodes, dim: 1).matmul(_labelCodes.t());
        var best = cosines.topk(Math.Min(count, Labels.Count), dim: 1).indexes.contiguous();
        var width = (int)best.shape[1];
        return [.. best.data<long>().ToArray().Chunk(width)];
    }

    /// <inheritdoc />
    public void Dispose() => _labelCodes.Dispose();
}
