using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling.Clip.Import;

namespace SparseClip.Vlm.Modeling.Clip;

/// <summary>A folder could not be read as a CLIP. The message names the file, what is wrong in it and what to do about it.</summary>
public sealed class ClipImportException : SparseClipException
{
    /// <param name="path">The file or folder.</param>
    /// <param name="problem">What is wrong, and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public ClipImportException(string path, string problem, string remedy, Exception? innerException = null)
        : base($"'{path}': {problem}. {remedy}.", innerException)
    {
    }

    /// <summary>The text of a file of the folder.</summary>
    /// <exception cref="ClipImportException">It is missing or cannot be read.</exception>
    internal static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw e is FileNotFoundException or DirectoryNotFoundException
                ? new ClipImportException(path, "the file does not exist", "Download all files of the model into one folder", e)
                : new ClipImportException(path, $"the file cannot be read ({e.Message})", "Check its permissions", e);
        }
    }
}
