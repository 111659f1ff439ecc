using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Llama.Gguf;

/// <summary>A file that is no GGUF, is cut off or damaged, or contradicts itself. The message says where.</summary>
public sealed class GgufException : SparseClipException
{
    public GgufException(string message) : base(message) { }
}
