using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Modeling;

/// <summary>A configuration or preset cannot be used: it cannot be read, contradicts itself, or does not fit what it is used with. The message says where and what to do.</summary>
public sealed class ConfigurationException : SparseClipException
{
    public ConfigurationException(string message) : base(message)
    {
    }

    public ConfigurationException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
