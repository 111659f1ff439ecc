using System.Diagnostics;
using System.Text.Json;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Requests;

/// <summary>An object of a request, of which every field is known: what would be ignored is refused before anything is read.</summary>
internal sealed class RequestFields
{
    private readonly RequestValue _whole;
    private readonly FieldNames _names;
    private readonly Dictionary<string, RequestValue> _fields = new(StringComparer.Ordinal);

    /// <exception cref="RefusedException">400: a field is unknown, stands there twice, or asks for what is not done here.</exception>
    public RequestFields(RequestValue whole, FieldNames names)
    {
        _whole = whole;
        _names = names;
        foreach (var property in whole.Json.EnumerateObject())
        {
            Add(whole.NameOf(property), property.Value);
        }
    }

    /// <summary>A field; null when it is absent or null, which mean the same everywhere.</summary>
    public RequestValue? this[string name]
    {
        get
        {
            Debug.Assert(_names.Known.Contains(name), $"{name} is read, and is not among the known fields.");
            return _fields.TryGetValue(name, out var field) && field.Json.ValueKind != JsonValueKind.Null ? field : null;
        }
    }

    /// <summary>A field that must be there.</summary>
    /// <exception cref="RefusedException">400: it is absent or null.</exception>
    public RequestValue Require(string name) => this[name] ?? throw new RefusedException(
        400, ErrorCodes.MissingParameter, $"{PathOf(name)} is {(_fields.ContainsKey(name) ? "null" : "missing")}; it must be given.", PathOf(name));

    private void Add(string name, JsonElement value)
    {
        var path = PathOf(name);
        if (_names.Unsupported.TryGetValue(name, out var unsupported))
        {
            if (!unsupported.IsNeutral(value))
            {
                throw new RefusedException(
                    400, ErrorCodes.UnsupportedParameter, $"{path} cannot be honoured: {unsupported.Reason}. Leave it out{Or(unsupported)}.", path);
            }
        }
        else if (!_names.Known.Contains(name))
        {
            throw new RefusedException(400, ErrorCodes.UnknownParameter, $"{path} is no field of this request: {_names.Advice(name)}", path);
        }

        if (!_fields.TryAdd(name, new RequestValue(value, path)))
        {
            throw new RefusedException(400, ErrorCodes.DuplicateParameter, $"{path} stands there twice; give it once.", path);
        }
    }

    private string PathOf(string name) => _whole.Path.Length == 0 ? name : $"{_whole.Path}.{name}";

    private static string Or(UnsupportedField field) => field.Neutral.Length == 0 ? "" : $", or give {string.Join(" or ", field.Neutral)}";
}
