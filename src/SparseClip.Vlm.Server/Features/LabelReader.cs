using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Features;

/// <summary>Reads the name that a person gives to a feature.</summary>
internal static class LabelReader
{
    /// <summary>The most characters of a name, and of who gives it.</summary>
    public const int Longest = 80;

    private const int MaxBytes = 4096;

    private static readonly FieldNames s_fields = new("label", "by") { Elsewhere = new Dictionary<string, string> { ["name"] = "did you mean label?" } };

    /// <summary>The request.</summary>
    /// <exception cref="RefusedException">400, 413 or 415: it is no such request.</exception>
    public static async Task<FeatureLabelRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = (await JsonBody.ReadAsync(request, MaxBytes, cancellationToken)).Fields(s_fields);
        return new FeatureLabelRequest(Text(fields.Require("label")), fields["by"] is { } by ? Text(by) : null);
    }

    /// <summary>Who gives it: where keys are needed, the name of the key says so.</summary>
    /// <exception cref="RefusedException">400: the request names somebody else.</exception>
    public static string? Giver(FeatureLabelRequest asked, Caller caller) => caller.Name is null || asked.By is null || asked.By == caller.Name
        ? caller.Name ?? asked.By
        : throw new RefusedException(400, ErrorCodes.InvalidValue, $"by is '{asked.By}', but the key is that of '{caller.Name}'; leave by out.", "by");

    /// <summary>Checked, as it is shown on pages.</summary>
    private static string Text(RequestValue value)
    {
        var text = value.Text().Trim();
        return text.Length is >= 1 and <= Longest && !text.Any(letter => char.IsControl(letter) || letter is '<' or '>' or '|')
            ? text
            : throw value.Refused(ErrorCodes.InvalidValue, $"{value.Place} must have 1 to {Longest} characters, without line ends and without <, > and |.");
    }
}
