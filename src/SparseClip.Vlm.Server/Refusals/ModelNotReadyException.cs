using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Refusals;

/// <summary>The model is still loading, or could not be loaded.</summary>
public sealed class ModelNotReadyException(string? failure) : SparseClipException(
    failure is null ? "The model is still loading; try again in a moment." : $"The model could not be loaded: {failure}")
{
    /// <summary>Whether waiting helps.</summary>
    public bool IsLoading { get; } = failure is null;
}
