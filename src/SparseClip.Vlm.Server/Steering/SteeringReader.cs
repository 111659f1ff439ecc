using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Steering;

/// <summary>
/// Reads the steering field of a request, on HTTP and on the hub. Whether its edits can be carried out is <see cref="SteeringMapping"/>'s question.
/// </summary>
internal static class SteeringReader
{
    private static readonly FieldNames s_steering = new("edits", "clamp")
    {
        Elsewhere = new Dictionary<string, string>
        {
            ["feature"] = "it belongs into an edit: {\"edits\":[{\"name\":\"dog\",\"op\":\"ablate\"}]}.",
            ["name"] = "it belongs into an edit: {\"edits\":[{\"name\":\"dog\",\"op\":\"ablate\"}]}.",
        },
    };

    private static readonly FieldNames s_edit = new("feature", "name", "op", "value", "region")
    {
        Elsewhere = new Dictionary<string, string> { ["id"] = "did you mean feature?", ["clamp"] = "it belongs beside edits." },
    };

    /// <summary>The edits, as they were sent.</summary>
    /// <exception cref="Refusals.RefusedException">400: a field is unknown, missing or of the wrong kind.</exception>
    public static SteeringDto Read(RequestValue value)
    {
        var fields = value.Fields(s_steering);
        return new SteeringDto([.. fields.Require("edits").Items().Select(Edit)], fields["clamp"]?.Flag() ?? true);
    }

    private static SteeringEditDto Edit(RequestValue value)
    {
        var fields = value.Fields(s_edit);
        return new SteeringEditDto(
            (int?)fields["feature"]?.Whole(int.MinValue, int.MaxValue),
            fields["name"]?.Text(),
            fields.Require("op").Text(),
            fields["value"]?.Number(),
            fields["region"]?.Items() is { } corners ? [.. corners.Select(corner => corner.Number())] : null);
    }
}
