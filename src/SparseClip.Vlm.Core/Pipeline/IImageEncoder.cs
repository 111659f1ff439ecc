using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>
/// Turns pictures into sparse codes: the vision tower behind a border of plain arrays. Implementations are safe to call from several
/// threads at once; calls may be served one after the other.
/// </summary>
public interface IImageEncoder
{
    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>The side S of the square the tower sees, in pixels.</summary>
    int InputSize { get; }

    /// <summary>Encodes squares of RGB bytes.</summary>
    /// <param name="pixels">[count, S, S, 3], row by row.</param>
    /// <param name="count">The number of pictures.</param>
    /// <param name="cancellationToken">Looked at between pictures.</param>
    IReadOnlyList<ImageCode> Encode(ReadOnlySpan<byte> pixels, int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// The pre-activations of some features on the patch grid of one picture, before the ReLU: the exact heat map of a feature, whose mean is
    /// the pre-activation of the pooled code.
    /// </summary>
    /// <param name="pixels">[S, S, 3].</param>
    /// <param name="features">The features asked for.</param>
    /// <returns>[features.Length, GridHeight x GridWidth], row-major.</returns>
    float[] HeatMaps(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> features);
}

/// <summary>Turns words into sparse codes of the same space. Safe to call from several threads at once.</summary>
public interface ITextEncoder
{
    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>Encodes texts as they are; put a bare word into a prompt template first.</summary>
    /// <param name="texts">Any number of texts; they are encoded in batches.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default);
}

/// <summary>Turns a (steered) image code into language-model embeddings. Safe to call from several threads at once.</summary>
public interface IImageAdapter
{
    /// <summary>D of the codes it reads.</summary>
    int Dimension { get; }

    /// <summary>The embedding size d of the language model it was trained for.</summary>
    int EmbeddingSize { get; }

    /// <summary>How many embeddings a picture takes.</summary>
    int Embeddings { get; }

    /// <summary>Embeddings for the language model: the pooled code's first, then those of the patches row by row. [Embeddings, EmbeddingSize]</summary>
    float[] Adapt(ImageCode code);
}
