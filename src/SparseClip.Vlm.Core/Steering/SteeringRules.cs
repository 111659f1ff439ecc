namespace SparseClip.Vlm.Core.Steering;

/// <summary>What every steering request must be, wherever it comes from.</summary>
public static class SteeringRules
{
    /// <summary>The most edits of one request.</summary>
    public const int MostEdits = 256;

    /// <summary>The most characters of a feature's name.</summary>
    public const int LongestName = 100;

    /// <summary>Checks a whole request.</summary>
    /// <param name="requests">Its edits, in order.</param>
    /// <param name="features">D, the number of features of the model.</param>
    /// <exception cref="SteeringException">There are too many edits, or one cannot be carried out; the message names it by its place, from 0.</exception>
    public static void Check(IReadOnlyList<SteeringRequest> requests, int features)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Count > MostEdits)
        {
            throw new SteeringException(SteeringError.InvalidValue, $"{requests.Count} edits in one request; give at most {MostEdits}.");
        }

        for (var place = 0; place < requests.Count; place++)
        {
            Check(requests[place], $"Edit {place}");
            if (requests[place].Feature is { } feature)
            {
                CheckFeature(feature, features);
            }
        }
    }

    /// <summary>Checks what can be said of an edit without the model.</summary>
    /// <param name="request">The edit.</param>
    /// <param name="what">How the message calls it, such as "Edit 2".</param>
    /// <exception cref="SteeringException">It cannot be carried out.</exception>
    public static void Check(SteeringRequest request, string what)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Feature is null == string.IsNullOrWhiteSpace(request.Name))
        {
            throw new SteeringException(SteeringError.UnknownFeature, $"{what} must have either a feature or a name.");
        }

        if (request.Name?.Trim().Length > LongestName)
        {
            throw new SteeringException(SteeringError.UnknownFeature, $"The name of {Small(what)} has {request.Name.Trim().Length} characters; give at most {LongestName}.");
        }

        CheckValue(request.Operation, request is { Operation: SteeringOperation.Set, Name: not null, Value: null } ? 1 : request.Value, what);
        CheckRegion(request.Region, what);
    }

    /// <summary>Checks the id of a feature.</summary>
    /// <exception cref="SteeringException">There is none of that id.</exception>
    public static void CheckFeature(int feature, int features)
    {
        if (feature < 0 || feature >= features)
        {
            throw new SteeringException(SteeringError.UnknownFeature, $"Feature {feature} does not exist: this model has the features 0 to {features - 1}.");
        }
    }

    /// <exception cref="SteeringException">The edit cannot be carried out.</exception>
    internal static void Check(SteeringEdit edit)
    {
        CheckFeature(edit.Feature.Value, int.MaxValue);
        CheckValue(edit.Operation, edit.Operation == SteeringOperation.Ablate ? null : edit.Value, $"The edit of feature {edit.Feature}");
        CheckRegion(edit.Region, $"The edit of feature {edit.Feature}");
    }

    private static void CheckValue(SteeringOperation operation, float? value, string what)
    {
        var problem = (operation, value) switch
        {
            _ when !Enum.IsDefined(operation) => $"has the operation {operation.Name()}, which does not exist; give {SteeringOperations.Names}",
            (SteeringOperation.Ablate, null or 0) => null,
            (SteeringOperation.Ablate, _) => "takes no value",
            (_, null) => "has no value",
            (_, { } number) when !float.IsFinite(number) => $"has the value {number}; give a finite number",
            (SteeringOperation.Set or SteeringOperation.Scale, < 0) => $"has the value {value}; give 0 or more",
            _ => null,
        };
        if (problem is not null)
        {
            throw new SteeringException(SteeringError.InvalidValue, $"{what} ({operation.Name()}) {problem}.");
        }
    }

    private static void CheckRegion(PictureRegion? region, string what)
    {
        if (region is { IsValid: false } wrong)
        {
            throw new SteeringException(
                SteeringError.InvalidRegion,
                $"{what} has the region [{wrong.X0}, {wrong.Y0}, {wrong.X1}, {wrong.Y1}], which is not within the picture: give 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1.");
        }
    }

    private static string Small(string what) => char.ToLowerInvariant(what[0]) + what[1..];
}
