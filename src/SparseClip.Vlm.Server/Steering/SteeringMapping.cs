using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Server.Steering;

/// <summary>From the steering field of a request to a plan, and from what was done to the report. A request is refused whole, never in part.</summary>
internal static class SteeringMapping
{
    /// <summary>The most edits of one request.</summary>
    private const int MaxEdits = 256;

    /// <summary>Resolves the steering field.</summary>
    /// <param name="index">The features of the model.</param>
    /// <param name="steering">The field; null for none.</param>
    /// <param name="picture">The picture to steer; null when the request has none.</param>
    /// <exception cref="SteeringException">An edit cannot be carried out.</exception>
    public static SteeringPlan ToPlan(this IFeatureIndex index, SteeringDto? steering, SeenPicture? picture)
    {
        if (steering?.Edits is not { Count: > 0 } edits)
        {
            return SteeringPlan.Empty;
        }

        if (picture is null)
        {
            throw new SteeringException(SteeringError.NoPicture, "Steering edits what is seen in a picture, and this request has none.");
        }

        if (edits.Count > MaxEdits)
        {
            throw new SteeringException(SteeringError.InvalidValue, $"{edits.Count} edits in one request; give at most {MaxEdits}.");
        }

        return index.Resolve([.. edits.Select(ToRequest)], steering.Clamp, picture.Code.Pooled);
    }

    /// <summary>The report of an answer; null when nothing was steered.</summary>
    public static SteeringReport? ToReport(IReadOnlyList<AppliedEdit> applied) => applied.Count == 0
        ? null
        : new SteeringReport(
        [
            .. applied.Select(edit => new AppliedEditDto(
                edit.Feature.Value, edit.Name, Name(edit.Operation), edit.Requested, edit.Effective, edit.Reason)),
        ]);

    private static SteeringRequest ToRequest(SteeringEditDto edit, int place)
    {
        if (edit.Feature is null == string.IsNullOrWhiteSpace(edit.Name))
        {
            throw new SteeringException(SteeringError.UnknownFeature, $"Edit {place} must have either a feature or a name.");
        }

        var operation = edit.Op switch
        {
            "ablate" => SteeringOperation.Ablate,
            "set" => SteeringOperation.Set,
            "scale" => SteeringOperation.Scale,
            "add" => SteeringOperation.Add,
            _ => throw new SteeringException(SteeringError.InvalidValue, $"The op of edit {place} is '{edit.Op}'; give ablate, set, scale or add."),
        };
        if (operation != SteeringOperation.Ablate && edit.Value is null)
        {
            throw new SteeringException(SteeringError.InvalidValue, $"Edit {place} ({edit.Op}) has no value.");
        }

        if (operation == SteeringOperation.Ablate && edit.Value is not (null or 0))
        {
            throw new SteeringException(SteeringError.InvalidValue, $"Edit {place} (ablate) takes no value.");
        }

        return new SteeringRequest(edit.Feature, edit.Name?.Trim(), operation, edit.Value, ToRegion(edit.Region, place));
    }

    private static PictureRegion? ToRegion(IReadOnlyList<float>? region, int place) => region switch
    {
        null => null,
        [var x0, var y0, var x1, var y1] => new PictureRegion(x0, y0, x1, y1),
        _ => throw new SteeringException(
            SteeringError.InvalidRegion, $"The region of edit {place} has {region.Count} numbers; give [x0, y0, x1, y1] in 0..1."),
    };

    private static string Name(SteeringOperation operation) => operation switch
    {
        SteeringOperation.Ablate => "ablate",
        SteeringOperation.Set => "set",
        SteeringOperation.Scale => "scale",
        _ => "add",
    };
}
