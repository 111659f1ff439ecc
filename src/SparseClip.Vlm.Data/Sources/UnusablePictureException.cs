using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>A picture that cannot be used; the message says why.</summary>
internal sealed class UnusablePictureException(string message, Exception? inner = null) : SparseClipException(message, inner);
