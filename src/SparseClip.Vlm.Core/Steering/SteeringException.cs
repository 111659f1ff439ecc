using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Steering;

/// <summary>Why a steering request was refused.</summary>
public enum SteeringError
{
    /// <summary>There is no such feature, or a name means nothing to the model.</summary>
    UnknownFeature,

    /// <summary>The operation or its value is none, or there are too many edits.</summary>
    InvalidValue,

    /// <summary>The region is not within the picture.</summary>
    InvalidRegion,

    /// <summary>There is no picture to steer.</summary>
    NoPicture,
}

/// <summary>A steering request that cannot be carried out as asked. It is refused whole: nothing was steered.</summary>
public sealed class SteeringException(SteeringError error, string message) : SparseClipException(message)
{
    /// <summary>Why.</summary>
    public SteeringError Error { get; } = error;

    /// <summary>The refusal of steering where there is no picture.</summary>
    public static SteeringException NoPicture() => new(SteeringError.NoPicture, "There is no picture to steer: send one, or ask without steering.");
}
