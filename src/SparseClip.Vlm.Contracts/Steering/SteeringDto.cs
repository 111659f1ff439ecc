namespace SparseClip.Vlm.Contracts.Steering;

/// <summary>Edits of what the model sees, carried out before it answers.</summary>
/// <param name="Edits">The edits, in order; at most 256.</param>
/// <param name="Clamp">Whether to hold values within the safe range of each feature and concept. Default true.</param>
public sealed record SteeringDto(IReadOnlyList<SteeringEditDto> Edits, bool Clamp = true);

/// <summary>One edit of a feature or of what a word means.</summary>
/// <param name="Feature">The feature's id; or give a name.</param>
/// <param name="Name">A concept, another word or a feature's name; or give an id.</param>
/// <param name="Op">"ablate" (to nothing) | "set" (to the value) | "scale" (times the value) | "add" (the value more).</param>
/// <param name="Value">
/// For set and add in multiples of the feature's observed maximum, by the name of a concept whose usual level is known in multiples of that, for scale a factor; none for ablate. To set a name without a value sets it to 1.
/// </param>
/// <param name="Region">[x0, y0, x1, y1] in 0..1 of the picture; the whole picture when absent.</param>
public sealed record SteeringEditDto(
    int? Feature = null, string? Name = null, string Op = "", float? Value = null, IReadOnlyList<float>? Region = null);

/// <summary>What the edits really did.</summary>
/// <param name="Applied">One entry for each feature that was changed; a name may stand for several.</param>
/// <param name="Concepts">The concepts that the picture shows before or after and that the edits moved, the ones that moved most first.</param>
public sealed record SteeringReport(IReadOnlyList<AppliedEditDto> Applied, IReadOnlyList<MovedConcept> Concepts);

/// <summary>What edits did to a concept of a picture.</summary>
/// <param name="Name">The concept.</param>
/// <param name="Before">The probability that the picture shows it, 0..1.</param>
/// <param name="After">The same after the edits.</param>
public sealed record MovedConcept(string Name, float Before, float After);

/// <summary>What one edit really did.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Name">Its name.</param>
/// <param name="Op">"ablate" | "set" | "scale" | "add".</param>
/// <param name="Requested">The value asked for; null for ablate.</param>
/// <param name="Effective">The feature's value in the picture afterwards, in multiples of its observed maximum.</param>
/// <param name="Reason">Why the two differ, when they do.</param>
public sealed record AppliedEditDto(int Feature, string Name, string Op, float? Requested, float Effective, string? Reason);
