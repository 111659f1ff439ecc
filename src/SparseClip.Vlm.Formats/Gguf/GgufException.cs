using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>A GGUF file could not be read or written. The message names the file, the key or tensor concerned, what is wrong and what to do.</summary>
public sealed class GgufException : SparseClipException
{
    /// <summary>What to do about a file that contradicts itself.</summary>
    public const string FetchAgain = "The file is damaged or was cut short; copy or download it again";

    /// <param name="file">Path of the file.</param>
    /// <param name="problem">What is wrong, and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public GgufException(string file, string problem, string remedy, Exception? innerException = null)
        : base($"GGUF file '{file}': {problem}. {remedy}.", innerException) => File = file;

    /// <summary>Path of the file, if known.</summary>
    public string? File { get; }
}
