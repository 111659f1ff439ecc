using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Data.Lexicon;

/// <summary>The WordNet files are missing or not what they should be. The message names the file and what to do.</summary>
public sealed class WordNetException : SparseClipException
{
    public WordNetException(string message) : base(message)
    {
    }

    public WordNetException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
