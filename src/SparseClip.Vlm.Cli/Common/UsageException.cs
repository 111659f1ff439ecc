using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>Arguments that the command cannot follow, found out after they were parsed. The message names them and says what to write instead.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : SparseClipException(message, inner);
