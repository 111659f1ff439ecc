using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Server.Steering;

/// <summary>From the steering field of a request to a plan, and from what was done to the report. A request is refused whole, never in part.</summary>
internal static class SteeringMapping
{
    /// <summary>Resolves the steering field.</summary>
    /// <param name="index">The features of the model.</param>
    /// <param name="steering">The field; null for none.</param>
    /// <param name="picture">The picture to steer; null when the request has none.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <exception cref="SteeringException">An edit cannot be carried out.</exception>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public static async Task<SteeringPlan> ToPlanAsync(
        this IFeatureIndex index, SteeringDto? steering, SeenPicture? picture, CancellationToken cancellationToken)
    {
        if (steering?.Edits is not { Count: > 0 } edits)
        {
            return SteeringPlan.Empty;
        }

        return picture is null
            ? throw SteeringException.NoPicture()
            : await index.ResolveAsync([.. edits.Select(ToRequest)], steering.Clamp, picture.Code.Pooled, cancellationToken);
    }

    /// <summary>The report of an answer; null when nothing was steered.</summary>
    /// <param name="applied">What was done, edit by edit.</param>
    /// <param name="moved">The concepts that it moved.</param>
    public static SteeringReport? ToReport(IReadOnlyList<AppliedEdit> applied, IReadOnlyList<ConceptChange> moved) => applied.Count == 0
        ? null
        : new SteeringReport(
        [
            .. applied.Select(edit => new AppliedEditDto(
                edit.Feature.Value, edit.Name, edit.Operation.Name(), edit.Requested, edit.Effective, edit.Reason)),
        ],
        [.. moved.Select(change => new MovedConcept(change.Concept.Word, change.Before, change.After))]);

    private static SteeringRequest ToRequest(SteeringEditDto edit, int place) => new(
        edit.Feature,
        edit.Name,
        SteeringOperations.TryParse(edit.Op, out var operation)
            ? operation
            : throw new SteeringException(SteeringError.InvalidValue, $"The op of edit {place} is '{edit.Op}'; give {SteeringOperations.Names}."),
        edit.Value,
        edit.Region is { } region ? PictureRegion.Of(region) : null);
}
