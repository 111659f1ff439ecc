using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Llama;

/// <summary>llama.cpp refused or failed.</summary>
/// <param name="message">What was wrong, where, and what to do.</param>
/// <param name="inner">What it came from; null for nothing.</param>
public sealed class LlamaException(string message, Exception? inner = null) : SparseClipException(message, inner);
