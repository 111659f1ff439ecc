using System.Text.Json;
using SparseClip.Vlm.Modeling.Clip.Import;

namespace SparseClip.Vlm.Modeling.Clip;

/// <summary>A JSON object of a configuration file, read with defaults; what is of the wrong kind is refused by file and key.</summary>
internal sealed class JsonSection
{
    private const string Remedy = "Use the file as the model's publisher wrote it";
    private readonly string _file;
    private readonly string _path; // of this object in the file, with a dot at its end; empty for the whole file
    private readonly JsonElement _element;

    private JsonSection(string file, string path, JsonElement element)
    {
        (_file, _path, _element) = (file, path, element);
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ClipImportException(file, path.Length == 0 ? "it is not a JSON object" : $"'{path.TrimEnd('.')}' is not a JSON object", Remedy);
        }
    }

    /// <exception cref="ClipImportException">The file is missing or not a JSON object.</exception>
    public static JsonSection Open(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(ClipImportException.ReadText(file));
            return new JsonSection(file, "", document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new ClipImportException(file, $"it is not JSON ({e.Message})", Remedy, e);
        }
    }

    /// <summary>An object; null if it is missing or null.</summary>
    public JsonSection? Find(string key) => Value(key) is { } value ? new JsonSection(_file, $"{_path}{key}.", value) : null;

    /// <summary>Whether a member is an object.</summary>
    public bool IsObject(string key) => Value(key)?.ValueKind == JsonValueKind.Object;

    /// <summary>Whether there is such a member that is not null.</summary>
    public bool Has(string key) => Value(key) is not null;

    /// <exception cref="ClipImportException">It is missing or no object.</exception>
    public JsonSection Object(string key) => Find(key) ?? throw Problem(key, "is missing");

    /// <summary>A whole number, zero or more.</summary>
    public int Integer(string key, int otherwise) => Value(key) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number
        : throw Problem(key, $"is {value.GetRawText()}, not a whole number");

    public double Number(string key, double otherwise) => Value(key) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : throw Problem(key, $"is {value.GetRawText()}, not a number");

    public bool Flag(string key, bool otherwise) => Value(key) is not { } value ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Problem(key, $"is {value.GetRawText()}, neither true nor false");

    public string? Text(string key) => Value(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Problem(key, $"is {value.GetRawText()}, not a text");

    /// <summary>Three numbers, one a colour.</summary>
    public IReadOnlyList<float> Colours(string key, IReadOnlyList<float> otherwise) => Value(key) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3 && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number)
            ? [.. value.EnumerateArray().Select(v => v.GetSingle())]
        : throw Problem(key, $"is {value.GetRawText()}, not three numbers");

    /// <summary>The side of a square: a number, two equal numbers, or an object of height and width.</summary>
    public int Side(string key, int otherwise)
    {
        if (Value(key) is not { } value || value.ValueKind == JsonValueKind.Number)
        {
            return Integer(key, otherwise);
        }

        var sides = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
            : value.ValueKind == JsonValueKind.Object && value.TryGetProperty("height", out var height) && value.TryGetProperty("width", out var width) ? [height, width]
            : Array.Empty<JsonElement>();
        return sides.Length == 2 && sides.All(side => side.ValueKind == JsonValueKind.Number) && sides[0].TryGetInt32(out var first) && sides[1].TryGetInt32(out var second) && first == second
            ? first
            : throw Problem(key, $"is {value.GetRawText()}; only squares are supported");
    }

    /// <summary>All members, which must be whole numbers.</summary>
    public IReadOnlyList<(string Key, int Value)> Integers() =>
    [
        .. _element.EnumerateObject().Select(member => member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var number)
            ? (member.Name, number)
            : throw Problem(member.Name, $"is {member.Value.GetRawText()}, not a whole number")),
    ];

    /// <summary>A list of texts; a list of two texts stands for both with a space between.</summary>
    /// <exception cref="ClipImportException">It is missing or something else.</exception>
    public IReadOnlyList<string> Texts(string key)
    {
        string? Text(JsonElement item) => item.ValueKind == JsonValueKind.String ? item.GetString()
            : item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 2 && item[0].ValueKind == JsonValueKind.String && item[1].ValueKind == JsonValueKind.String
                ? $"{item[0].GetString()} {item[1].GetString()}"
            : null;
        return Value(key) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => Text(item) ?? throw Problem(key, $"holds {item.GetRawText()}, neither a text nor two"))]
            : throw Problem(key, "is missing or not a list");
    }

    /// <summary>Refuses a setting that is none of those given; one that is missing or null passes.</summary>
    /// <exception cref="ClipImportException">It is another one.</exception>
    public void Require(string key, params string[] supported)
    {
        if (Value(key) is { } value && !supported.Contains(value.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            throw Problem(key, $"is {value.GetRawText()}; supported is {(supported.Length == 0 ? "only leaving it out" : string.Join(" or ", supported))}");
        }
    }

    public ClipImportException Problem(string key, string problem) =>
        new(_file, $"'{_path}{key}' {problem}", "Supported are the vision transformers of CLIP: ViT-B/32, B/16, L/14 and their like");

    private JsonElement? Value(string key) =>
        _element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
