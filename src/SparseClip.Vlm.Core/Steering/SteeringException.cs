using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Steering;

/// <summary>Why a steering request was refused.</summary>
public enum SteeringError
{
    UnknownFeature,
    AmbiguousName,
    InvalidValue,
    InvalidRegion,
    OtherModel,
    NoPicture,
}

/// <summary>A steering request that cannot be carried out as asked. It is refused whole: nothing was steered.</summary>
public sealed class SteeringException(SteeringError error, string message) : SparseClipException(message)
{
    public SteeringError Error { get; } = error;
}
