namespace SparseClip.Vlm.Core.Problems;

/// <summary>
/// Something that its reader can mend: the message says what was wrong, where, and what to do. Every exception type of the project derives from it, so whoever
/// talks to people (the command line, the server) shows the message of one and hides that of any other exception, which is a fault of the program.
/// </summary>
public abstract class SparseClipException : Exception
{
    protected SparseClipException(string message) : base(message)
    {
    }

    protected SparseClipException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
