using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Towers;

/// <summary>The text tower at work: texts in, sparse codes out. Owns neither the model nor the frozen states.</summary>
public sealed class SparseTextEncoder : ITextEncoder
{
    private const int BatchSize = 256;
    private readonly SparseClipModel _model;
    private readonly IFrozenTextStates _states;

    /// <param name="model">A model in evaluation mode.</param>
    /// <param name="states">The frozen layers that its text head was trained on.</param>
    /// <exception cref="ConfigurationException">The states have another width than the text head reads.</exception>
    public SparseTextEncoder(SparseClipModel model, IFrozenTextStates states)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(states);
        if (model.Config.Text.Problem(states) is { } problem)
        {
            throw new ConfigurationException($"The tower does not fit the language model: {problem}. Use the one that the tower was trained with.");
        }

        _model = model;
        _states = states;
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
        return _model.text_head.forward(states).MoveToOuterDisposeScope();
    }
}
