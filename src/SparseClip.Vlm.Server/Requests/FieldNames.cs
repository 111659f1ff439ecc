using System.Text.Json;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Server.Requests;

/// <summary>The fields that an object of a request may have.</summary>
/// <param name="known">Those that are read.</param>
internal sealed class FieldNames(params string[] known)
{
    /// <summary>How many fields an object may have at most for them to be listed when another one is refused.</summary>
    private const int Listed = 8;

    /// <summary>Those that are read.</summary>
    public IReadOnlyList<string> Known { get; } = known;

    /// <summary>Fields that are known from elsewhere and what to do instead: the end of a sentence that begins with the field.</summary>
    public IReadOnlyDictionary<string, string> Elsewhere { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Fields that can only be left as they are, with what they ask for in vain and the values that ask for nothing. No value: whatever it is, the
    /// answer is the same, and the field is accepted unread.
    /// </summary>
    public IReadOnlyDictionary<string, UnsupportedField> Unsupported { get; init; } = new Dictionary<string, UnsupportedField>();

    /// <summary>What to say about an unknown field.</summary>
    public string Advice(string name)
    {
        if (Elsewhere.TryGetValue(name, out var advice))
        {
            return advice;
        }

        return Near(name) is { } near ? $"did you mean {near}?"
            : Known.Count <= Listed ? $"known here: {string.Join(", ", Known)}."
            : "see /openapi/v1.json for those that are known.";
    }

    private string? Near(string name)
    {
        var sought = Plain(name);
        var (near, distance) = Known.Concat(Unsupported.Keys)
            .Select(known => (Name: known, Distance: Distance(sought, Plain(known))))
            .MinBy(known => known.Distance);
        return distance < sought.Length && distance <= Math.Max(1, sought.Length / 4) ? near : null;
    }

    /// <summary>One name is often the beginning of the other: steer and steering.</summary>
    private static int Distance(string sought, string known) =>
        sought != known
            && Math.Min(sought.Length, known.Length) >= 4
            && (known.StartsWith(sought, StringComparison.Ordinal) || sought.StartsWith(known, StringComparison.Ordinal))
            ? 1
            : Spelling.Distance(sought, known);

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}

/// <summary>A field whose wish cannot be granted.</summary>
/// <param name="Reason">What this server does not do.</param>
/// <param name="Neutral">The values that ask for nothing, as JSON.</param>
internal sealed record UnsupportedField(string Reason, params string[] Neutral)
{
    /// <summary>Whether a value asks for nothing; null always does.</summary>
    public bool IsNeutral(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || Neutral.Any(text => JsonElement.DeepEquals(value, JsonElement.Parse(text)));
}
