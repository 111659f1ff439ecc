using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>The data folder cannot be built: a package cannot be had, or a source is not what it should be. The message says which and what to do.</summary>
public sealed class DataBuildException : SparseClipException
{
    public DataBuildException(string message) : base(message)
    {
    }

    public DataBuildException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
