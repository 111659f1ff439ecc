using System.Text.Json;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Requests;

/// <summary>
/// A value of a request and where it stands in it. Reads it as what it has to be and refuses it, by its place, when it is something else:
/// the one set of rules for HTTP bodies and questions on the hub.
/// </summary>
/// <param name="Json">The value.</param>
/// <param name="Path">Its place from the root, such as <c>messages[0].content</c>; empty for the request itself.</param>
internal readonly record struct RequestValue(JsonElement Json, string Path)
{
    private const int ShownLetters = 40;

    /// <summary>Whether it is a string.</summary>
    public bool IsText => Json.ValueKind == JsonValueKind.String;

    /// <summary>Whether it is a list.</summary>
    public bool IsList => Json.ValueKind == JsonValueKind.Array;

    /// <exception cref="RefusedException">400: it is no string, or holds what no text can hold.</exception>
    public string Text()
    {
        if (!IsText)
        {
            throw Wrong("a string");
        }

        try
        {
            return Json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // JSON may spell half a surrogate pair, and a body may hold bytes that are not UTF-8: neither is text.
            throw Refused(ErrorCodes.InvalidText, $"{Place} holds text that is no valid Unicode: half a surrogate pair, or bytes that are not UTF-8.");
        }
    }

    /// <exception cref="RefusedException">400: it is neither true nor false.</exception>
    public bool Flag() => Json.ValueKind is JsonValueKind.True or JsonValueKind.False ? Json.GetBoolean() : throw Wrong("true or false");

    /// <summary>A whole number, also when it is written 12.0.</summary>
    /// <exception cref="RefusedException">400: it is no whole number in the range.</exception>
    public long Whole(long least, long most)
    {
        if (Json.ValueKind != JsonValueKind.Number)
        {
            throw Wrong("a whole number");
        }

        return Json.TryGetDecimal(out var number) && decimal.IsInteger(number) && number >= least && number <= most
            ? (long)number
            : throw Refused(ErrorCodes.InvalidValue, $"{Place} is {Shown()}; give a whole number from {least} to {most}.");
    }

    /// <summary>A finite number.</summary>
    /// <param name="accepts">Which numbers are accepted; null for all.</param>
    /// <param name="range">The same in words, such as "0 to 2".</param>
    /// <exception cref="RefusedException">400: it is no number, or not one that is accepted.</exception>
    public float Number(Func<float, bool>? accepts = null, string range = "a number that fits into 32 bits")
    {
        if (Json.ValueKind != JsonValueKind.Number)
        {
            throw Wrong("a number");
        }

        return Json.TryGetSingle(out var number) && float.IsFinite(number) && accepts?.Invoke(number) != false
            ? number
            : throw Refused(ErrorCodes.InvalidValue, $"{Place} is {Shown()}; give {range}.");
    }

    /// <summary>The items of a list.</summary>
    /// <exception cref="RefusedException">400: it is no list.</exception>
    public IReadOnlyList<RequestValue> Items(string expected = "a list")
    {
        if (!IsList)
        {
            throw Wrong(expected);
        }

        var path = Path;
        return [.. Json.EnumerateArray().Select((item, place) => new RequestValue(item, $"{path}[{place}]"))];
    }

    /// <summary>The fields of an object.</summary>
    /// <exception cref="RefusedException">400: it is no object, or has a field that is unknown or stands there twice.</exception>
    public RequestFields Fields(FieldNames names) =>
        Json.ValueKind == JsonValueKind.Object ? new RequestFields(this, names) : throw Wrong("an object");

    /// <summary>The name of one of its fields.</summary>
    /// <exception cref="RefusedException">400: it holds what no text can hold.</exception>
    public string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw Refused(ErrorCodes.InvalidText, $"{Place} has a field whose name is no valid Unicode.");
        }
    }

    /// <summary>A refusal of this value.</summary>
    public RefusedException Refused(string code, string message) => new(400, code, message, Path.Length == 0 ? null : Path);

    /// <summary>A refusal of this value for what it is.</summary>
    public RefusedException Wrong(string expected) => Refused(ErrorCodes.InvalidType, $"{Place} must be {expected}; it is {Kind}.");

    /// <summary>Its place in words.</summary>
    public string Place => Path.Length == 0 ? "The request" : Path;

    private string Kind => Json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => $"the number {Shown()}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => "missing",
    };

    private string Shown()
    {
        var text = Json.GetRawText();
        return text.Length > ShownLetters ? text[..ShownLetters] + "…" : text;
    }
}
