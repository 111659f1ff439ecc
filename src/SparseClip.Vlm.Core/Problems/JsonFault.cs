using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparseClip.Vlm.Core.Problems;

/// <summary>What is wrong with a JSON file, for people: System.Text.Json tells it in the names of the program's own types.</summary>
public static partial class JsonFault
{
    /// <summary>One sentence without its full stop, with the place where there is one.</summary>
    public static string Of(JsonException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var fault = error.Message;
        if (Missing().Match(fault) is { Success: true } missing)
        {
            return $"{missing.Groups[1].Value.Replace("; ", ", ", StringComparison.Ordinal)} is missing";
        }

        if (Unknown().Match(fault) is { Success: true } unknown)
        {
            return $"'{unknown.Groups[1].Value}' is not known";
        }

        return OtherType().IsMatch(fault) ? $"{Place(error)} is of another kind than what belongs there"
            : fault.Contains("null", StringComparison.Ordinal) && fault.Contains("nullability", StringComparison.Ordinal) ? $"{Place(error)} is null"
            : fault.TrimEnd('.');
    }

    private static string Place(JsonException error) => error.Path is { Length: > 1 } path ? path["$.".Length..] : "it";

    [GeneratedRegex("missing required properties including: ([^.]+)")]
    private static partial Regex Missing();

    [GeneratedRegex("The JSON property '([^']*)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("could not be converted to|Cannot get the value of a token type")]
    private static partial Regex OtherType();
}
