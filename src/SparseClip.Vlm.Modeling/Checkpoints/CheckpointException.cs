using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Modeling.Checkpoints;

/// <summary>
/// A weight file could not be read, written or fitted to a model. The message names the file, the tensor where one is
/// concerned, what is wrong and what to do about it.
/// </summary>
public sealed class CheckpointException : SparseClipException
{
    public CheckpointException(string message)
        : base(message)
    {
    }

    public CheckpointException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <param name="file">Path of the weight file.</param>
    /// <param name="problem">What is wrong, and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="tensor">Name of the tensor concerned, if one is.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public CheckpointException(string file, string problem, string remedy, string? tensor = null, Exception? innerException = null)
        : base($"Weight file '{file}'{(tensor is null ? "" : $", tensor '{tensor}'")}: {problem}. {remedy}", innerException)
    {
        File = file;
        Tensor = tensor;
    }

    /// <summary>Path of the weight file, if known.</summary>
    public string? File { get; }

    /// <summary>Name of the tensor concerned, if one is.</summary>
    public string? Tensor { get; }
}
