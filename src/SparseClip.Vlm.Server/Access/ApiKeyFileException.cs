using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Server.Access;

/// <summary>The file of keys cannot be read or written; the message names it and says what to do.</summary>
public sealed class ApiKeyFileException(string message, Exception? inner = null) : SparseClipException(message, inner);
