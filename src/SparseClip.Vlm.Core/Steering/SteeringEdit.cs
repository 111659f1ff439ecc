using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Steering;

/// <summary>What an edit does to a feature's value.</summary>
public enum SteeringOperation
{
    /// <summary>Sets it to zero everywhere in the region; takes no value.</summary>
    Ablate,

    /// <summary>Sets it to a value in multiples of the feature's observed maximum, or of a concept's usual level (0 or more).</summary>
    Set,

    /// <summary>Multiplies it by a factor (0 or more).</summary>
    Scale,

    /// <summary>Adds a value in the same unit; the result does not fall below zero.</summary>
    Add,
}

/// <summary>A part of the picture, in fractions of its width and height; 0 &lt;= X0 &lt; X1 &lt;= 1, likewise Y.</summary>
public readonly record struct PictureRegion(float X0, float Y0, float X1, float Y1)
{
    /// <summary>The whole picture.</summary>
    public static PictureRegion Whole { get; } = new(0, 0, 1, 1);

    /// <summary>Whether the corners are finite, within 0..1 and in order.</summary>
    public bool IsValid => X0 >= 0 && Y0 >= 0 && X1 <= 1 && Y1 <= 1 && X0 < X1 && Y0 < Y1;

    /// <summary>The region of four numbers: x0, y0, x1, y1.</summary>
    /// <exception cref="SteeringException">There are more or fewer of them.</exception>
    public static PictureRegion Of(IReadOnlyList<float> corners)
    {
        ArgumentNullException.ThrowIfNull(corners);
        return corners is [var x0, var y0, var x1, var y1]
            ? new PictureRegion(x0, y0, x1, y1)
            : throw new SteeringException(SteeringError.InvalidRegion, $"A region has {corners.Count} numbers; give four, x0, y0, x1, y1 in 0..1.");
    }
}

/// <summary>One edit of one feature, resolved to its id.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Operation">What to do with it.</param>
/// <param name="Value">The value of <see cref="SteeringOperation.Set"/>, <see cref="SteeringOperation.Scale"/> or <see cref="SteeringOperation.Add"/>; 0 for ablate.</param>
/// <param name="Region">Where; the whole picture when null.</param>
/// <param name="Held">What was asked for, where <paramref name="Value"/> was held within a concept's safe range; null where it was not.</param>
/// <param name="Word">The word that it was asked for by, without an article; null for a feature by its id or own name. It changes nothing about the code.</param>
public sealed record SteeringEdit(FeatureId Feature, SteeringOperation Operation, float Value, PictureRegion? Region = null, HeldValue? Held = null, string? Word = null);

/// <summary>A value that was asked for and not given.</summary>
/// <param name="Asked">The value, in the unit of the edit.</param>
/// <param name="Reason">Why less was given.</param>
public sealed record HeldValue(float Asked, string Reason);

/// <summary>An edit as a person or a program asks for it: by id or by name.</summary>
/// <param name="Feature">The feature's id; null when it is named.</param>
/// <param name="Name">
/// The feature's name; null when its id is given. A name may stand for several features, which are then edited together. Of a concept whose usual level is known (<see cref="Concepts.Concept.Usual"/>),
/// values to set and to add are multiples of that (what is taken away by adding less than 0 counts in the features' maxima).
/// </param>
/// <param name="Value">The operation's value; null for ablate. To set a name without one sets it to 1.</param>
public sealed record SteeringRequest(int? Feature, string? Name, SteeringOperation Operation, float? Value, PictureRegion? Region = null);

/// <summary>What an edit really did.</summary>
/// <param name="Requested">The value asked for, in the operation's unit; null for ablate.</param>
/// <param name="Effective">The value of the feature in the pooled code after the edit, in multiples of its observed maximum.</param>
/// <param name="Reason">Why the effective value differs from the requested one (clamped to the safe range, held above zero, outside of what the tower sees); null when it does not.</param>
public sealed record AppliedEdit(FeatureId Feature, string Name, SteeringOperation Operation, float? Requested, float Effective, string? Reason);

/// <summary>A steered code and the report of what was done.</summary>
public sealed record SteeringResult(Codes.ImageCode Code, IReadOnlyList<AppliedEdit> Applied);
