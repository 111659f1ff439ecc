namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>
/// The key-value part of a GGUF file. A value is a .NET number, bool or string, or an array of one of them (string[], int[], float[] and so on).
/// Getters convert between integer widths and say what is missing or of another type.
/// </summary>
public sealed class GgufMetadata
{
    private readonly string _path;
    private readonly Dictionary<string, object> _values;

    internal GgufMetadata(string path, Dictionary<string, object> values)
    {
        _path = path;
        _values = values;
    }

    /// <summary>All keys, in no particular order.</summary>
    public IReadOnlyCollection<string> Keys => _values.Keys;

    /// <summary>Whether there is a value of this key.</summary>
    public bool Contains(string key) => _values.ContainsKey(key);

    /// <summary>The value as it is stored; null if there is none.</summary>
    public object? Find(string key) => _values.GetValueOrDefault(key);

    /// <exception cref="GgufException">The key is missing or not a string.</exception>
    public string Text(string key) => Required<string>(key, "a string");

    /// <summary>A text, or null where the key is missing.</summary>
    public string? FindText(string key) => Contains(key) ? Text(key) : null;

    /// <summary>An integer of any width; null where there is none under the key. Above 2^63 - 1 it is none.</summary>
    public long? FindInteger(string key) => Find(key) switch
    {
        byte v => v,
        sbyte v => v,
        ushort v => v,
        short v => v,
        int v => v,
        uint v => v,
        long v => v,
        ulong v when v <= long.MaxValue => (long)v,
        _ => null,
    };

    /// <summary>An integer of any width.</summary>
    /// <exception cref="GgufException">The key is missing (without <paramref name="otherwise"/>), not an integer, or outside int.</exception>
    public int Integer(string key, int? otherwise = null) =>
        otherwise is { } value && !Contains(key) ? value
        : FindInteger(key) is { } number and >= int.MinValue and <= int.MaxValue ? (int)number
        : throw Wrong(key, Find(key), "an integer of at most 31 bits");

    /// <exception cref="GgufException">The key is missing (without <paramref name="otherwise"/>) or not a number.</exception>
    public double Number(string key, double? otherwise = null) => Find(key) switch
    {
        null when otherwise is not null => otherwise.Value,
        float v => v,
        double v => v,
        _ => Integer(key),
    };

    /// <exception cref="GgufException">The key is missing or not an array of strings.</exception>
    public IReadOnlyList<string> Texts(string key) => Required<string[]>(key, "an array of strings");

    /// <exception cref="GgufException">The key is missing or not an array of 32-bit integers.</exception>
    public IReadOnlyList<int> Integers(string key) => Find(key) switch
    {
        int[] v => v,
        uint[] v => Array.ConvertAll(v, x => checked((int)x)),
        var v => throw Wrong(key, v, "an array of 32-bit integers"),
    };

    private T Required<T>(string key, string wanted) => Find(key) is T value ? value : throw Wrong(key, Find(key), wanted);

    private GgufException Wrong(string key, object? value, string wanted) => new(
        _path,
        value is null ? $"key '{key}' is missing" : $"key '{key}' holds {(value is Array a ? $"an array of {a.Length} {a.GetType().GetElementType()!.Name}" : $"{value} ({value.GetType().Name})")}, not {wanted}",
        "Use a file of the expected kind of model");
}
