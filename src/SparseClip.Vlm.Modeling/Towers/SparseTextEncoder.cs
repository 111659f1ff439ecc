using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Towers;

/// <summary>
/// The text tower at work: texts in, sparse codes out. With kindred words, words that it never met get better codes than it has for them. Owns neither the model, nor the frozen states, nor
/// the kindred words.
/// </summary>
public sealed class SparseTextEncoder : ITextEncoder
{
    private const int BatchSize = 256;
    private readonly SparseClipModel _model;
    private readonly IFrozenTextStates _states;
    private readonly KindredWords? _kindred;

    /// <param name="model">A model in evaluation mode.</param>
    /// <param name="states">The frozen layers that its text head was trained on.</param>
    /// <param name="kindred">What words that it never met are like; null to go by the tower alone, as whatever is made from a tower has to.</param>
    /// <exception cref="ConfigurationException">The states have another width than the text head reads, or the kindred words other features.</exception>
    public SparseTextEncoder(SparseClipModel model, IFrozenTextStates states, KindredWords? kindred = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(states);
        if (model.Config.Text.Problem(states) is { } problem)
        {
            throw new ConfigurationException($"The tower does not fit the language model: {problem}. Use the one that the tower was trained with.");
        }

        if (kindred is not null && kindred.Dimension != model.Config.Dimension)
        {
            throw new ConfigurationException(
                $"The tower has {model.Config.Dimension} features, the kindred words {kindred.Dimension}: they do not belong together. Make them again with 'sparseclip concepts kindred'.");
        }

        _model = model;
        _states = states;
        _kindred = kindred;
    }

    /// <inheritdoc />
    public int Dimension => _model.Config.Dimension;

    /// <summary>The features that are colours and numbers; null where the tower has none.</summary>
    public AttributeFeatures? Attributes => _model.Config.Attributes;

    /// <inheritdoc />
    public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var codes = new List<SparseCode>(texts.Count);
        foreach (var chunk in texts.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            codes.AddRange(SparseCodes.FromRows(Codes(chunk, cancellationToken)));
        }

        return codes;
    }

    /// <summary>The codes of a batch of texts as a dense matrix. [N, D] float32, without gradient.</summary>
    public Tensor Codes(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        using var noGrad = no_grad();
        using var states = _states.Pool(texts, cancellationToken);
        using var scope = NewDisposeScope();
        var codes = _model.text_head.forward(states);
        _kindred?.Mix(texts, codes, cancellationToken);
        return codes.MoveToOuterDisposeScope();
    }
}
