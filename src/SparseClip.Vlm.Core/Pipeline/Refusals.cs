using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>Why a picture file was refused.</summary>
public enum PictureError
{
    /// <summary>The bytes are no picture, or of a kind that is not read (HEIC, SVG, video).</summary>
    UnsupportedKind,

    /// <summary>The file is longer than is accepted.</summary>
    TooManyBytes,

    /// <summary>The picture has more pixels than are decoded.</summary>
    TooManyPixels,

    /// <summary>The bytes begin like a picture but cannot be decoded: cut off or corrupt.</summary>
    Undecodable,
}

/// <summary>A picture file that cannot be looked at. Thrown by <see cref="IVisionLanguageModel.LookAsync"/>.</summary>
public sealed class PictureException : SparseClipException
{
    public PictureException(PictureError error, string message) : base(message) => Error = error;

    public PictureException(PictureError error, string message, Exception inner) : base(message, inner) => Error = error;

    /// <summary>Why.</summary>
    public PictureError Error { get; }
}

/// <summary>The prompt and the answer do not fit into the context. Thrown by the enumeration of <see cref="IVisionLanguageModel.AnswerAsync"/>.</summary>
/// <param name="required">Positions that the prompt needs, image embeddings included.</param>
/// <param name="available">Positions that the context has for one conversation.</param>
public sealed class ContextLengthException(int required, int available) : SparseClipException(
    $"The dialogue needs {required} positions but the context has {available}; shorten it or start a new one.")
{
    /// <summary>Positions that the prompt needs, image embeddings included.</summary>
    public int Required { get; } = required;

    /// <summary>Positions that the context has for one conversation.</summary>
    public int Available { get; } = available;
}

/// <summary>The model has as many conversations waiting as it takes. Thrown by the enumeration of <see cref="IVisionLanguageModel.AnswerAsync"/>.</summary>
/// <param name="retryAfter">When it is worth asking again.</param>
public sealed class ModelBusyException(TimeSpan retryAfter) : SparseClipException(
    $"The model is busy and its queue is full; ask again in {Math.Ceiling(retryAfter.TotalSeconds)} s.")
{
    /// <summary>When it is worth asking again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
