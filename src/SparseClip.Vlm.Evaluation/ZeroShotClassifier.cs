using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation;

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

    /// <summary>Encodes labels with the prompts of zero-shot evaluation. As in the codes of concepts, colours and numbers do not count: they say how a picture looks and not what it shows.</summary>
    /// <param name="texts">The text tower.</param>
    /// <param name="labels">At least one label, each once.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static ZeroShotClassifier Create(SparseTextEncoder texts, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Create(Codes, labels);

        Tensor Codes(IReadOnlyList<string> batch)
        {
            var codes = texts.Codes(batch, cancellationToken);
            if (texts.Attributes is { } attributes)
            {
                codes[.., attributes.First..(attributes.First + AttributeFeatures.Count)] = zeros(1);
            }

            return codes;
        }
    }

    /// <summary>Encodes labels with the prompts of zero-shot evaluation.</summary>
    /// <param name="encode">Texts to codes [N, D], which are disposed here.</param>
    /// <param name="labels">At least one label, each once.</param>
    public static ZeroShotClassifier Create(Func<IReadOnlyList<string>, Tensor> encode, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(encode);
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var chunks = new List<Tensor>();
        foreach (var chunk in labels.Chunk(TextBatch))
        {
            var sum = zeros(1);
            foreach (var template in PromptTemplates.ZeroShot)
            {
                using var codes = encode([.. chunk.Select(label => PromptTemplates.Fill(template, label))]);
                sum = sum.Plus(nn.functional.normalize(codes, dim: 1));
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
        return [.. best.ToHost().data<long>().ToArray().Chunk(width)];
    }

    /// <summary>The labels that are nearest to any of several codes, such as those of a picture's windows: a label counts by its best cosine.</summary>
    /// <param name="codes">[R, D]</param>
    /// <param name="count">How many labels.</param>
    /// <returns>Indices into <see cref="Labels"/>, [min(count, L)], nearest first.</returns>
    public long[] NearestToAny(Tensor codes, int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var cosines = nn.functional.normalize(codes, dim: 1).matmul(_labelCodes.t()).amax([0]); // [L]
        return cosines.topk(Math.Min(count, Labels.Count), dim: 0).indexes.contiguous().ToHost().data<long>().ToArray();
    }

    /// <summary>The feature that contributes most to the cosine of a picture and a label; null where they have none in common.</summary>
    /// <param name="imageCode">[1, D]</param>
    /// <param name="label">Index into <see cref="Labels"/>.</param>
    public int? StrongestFeature(Tensor imageCode, long label)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var products = imageCode[0] * _labelCodes[label];
        var best = products.argmax().item<long>();
        return products[best].item<float>() > 0 ? (int)best : null;
    }

    /// <summary>The labels nearest to other texts, nearest first.</summary>
    /// <param name="texts">Codes of the texts as <see cref="Create"/> makes them.</param>
    /// <param name="count">How many labels a text.</param>
    public long[][] NearestOf(ZeroShotClassifier texts, int count)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Nearest(texts._labelCodes, count);
    }

    /// <inheritdoc />
    public void Dispose() => _labelCodes.Dispose();
}
