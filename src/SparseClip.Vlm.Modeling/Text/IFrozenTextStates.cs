using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Text;

/// <summary>The frozen part of the text tower: texts in, pooled states out, never with gradient. Thread-safe.</summary>
public interface IFrozenTextStates
{
    /// <summary>The width of a pooled state.</summary>
    int Width { get; }

    /// <summary>Pooled states of texts, in their order.</summary>
    /// <param name="texts">At least one text, none empty.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>[N, Width] float32; the caller owns it.</returns>
    Tensor Pool(IReadOnlyList<string> texts, CancellationToken cancellationToken = default);
}
