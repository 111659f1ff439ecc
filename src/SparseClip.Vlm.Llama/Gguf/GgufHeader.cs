using System.Text;

namespace SparseClip.Vlm.Llama.Gguf;

/// <summary>A tensor as the header announces it.</summary>
/// <param name="Dimensions">ne[0] first.</param>
/// <param name="Type">The ggml type.</param>
/// <param name="Offset">In bytes from the start of the data.</param>
internal sealed record GgufTensor(string Name, ulong[] Dimensions, uint Type, ulong Offset);

/// <summary>What of a GGUF header decides whether llama.cpp can be trusted with the file.</summary>
internal sealed class GgufHeader
{
    private const string Tokens = "tokenizer.ggml.tokens";

    private readonly GgufCursor _cursor;
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    private GgufHeader(GgufCursor cursor) => _cursor = cursor;

    /// <summary>Integers as long, texts as string and single-precision numbers as float, by key.</summary>
    public Dictionary<string, object> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Lengths of arrays by key.</summary>
    public Dictionary<string, int> Lengths { get; } = new(StringComparer.Ordinal);

    public List<GgufTensor> Tensors { get; } = [];

    /// <summary>Where the header ends, in bytes.</summary>
    public long End { get; private set; }

    public static GgufHeader Read(GgufCursor cursor)
    {
        var header = new GgufHeader(cursor);
        header.ReadPreamble(out var tensors, out var values);
        for (var i = 0; i < values; i++)
        {
            header.ReadValue();
        }

        for (var i = 0; i < tensors; i++)
        {
            header.ReadTensor();
        }

        header.End = cursor.Position;
        return header;
    }

    private void ReadPreamble(out int tensors, out int values)
    {
        if (_cursor.Left < 4 || _cursor.UInt32("the magic") != 0x46554747)
        {
            throw new GgufException($"{_cursor.Damaged("it does not begin with GGUF").Message} It may be another kind of file.");
        }

        var version = _cursor.UInt32("the version");
        if (version is not (2 or 3))
        {
            throw _cursor.Damaged($"it has GGUF version {version}; 2 and 3 are known");
        }

        tensors = _cursor.Count("the number of tensors", 24);
        values = _cursor.Count("the number of metadata values", 13);
    }

    private void ReadValue()
    {
        var key = _cursor.Text("a metadata key");
        if (!_keys.Add(key))
        {
            throw _cursor.Damaged($"the key '{key}' comes twice");
        }

        var type = (GgufType)_cursor.UInt32($"the type of '{key}'");
        if (type == GgufType.Array)
        {
            ReadArray(key);
        }
        else if (type == GgufType.String)
        {
            Values[key] = _cursor.Text($"'{key}'");
        }
        else if (_cursor.Integer(type, $"'{key}'") is { } integer)
        {
            Values[key] = integer;
        }
        else if (type == GgufType.Float32)
        {
            Values[key] = BitConverter.UInt32BitsToSingle(_cursor.UInt32($"'{key}'"));
        }
        else if (GgufCursor.Size(type) is > 0 and var size)
        {
            _cursor.Skip(size, $"'{key}'");
        }
        else
        {
            throw _cursor.Damaged($"'{key}' is of the unknown type {(uint)type}");
        }
    }

    private void ReadArray(string key)
    {
        var type = (GgufType)_cursor.UInt32($"the element type of '{key}'");
        if (type == GgufType.String)
        {
            Lengths[key] = _cursor.Count($"the length of '{key}'", 8);
            ReadTexts(key, Lengths[key]);
            return;
        }

        var size = GgufCursor.Size(type);
        if (size == 0)
        {
            throw _cursor.Damaged($"'{key}' is an array of the type {(uint)type}, which is not known");
        }

        Lengths[key] = _cursor.Count($"the length of '{key}'", size);
        _cursor.Skip((long)Lengths[key] * size, $"'{key}'");
    }

    private void ReadTexts(string key, int count)
    {
        // Duplicate tokens end the process natively.
        var seen = key == Tokens ? new Dictionary<string, int>(count, StringComparer.Ordinal) : null;
        for (var i = 0; i < count; i++)
        {
            var bytes = _cursor.Bytes($"element {i} of '{key}'");
            var token = seen is null ? "" : AsRead(bytes, i);
            if (seen?.TryAdd(token, i) == false)
            {
                throw _cursor.Damaged($"the vocabulary has the token '{Encoding.UTF8.GetString(bytes)}' twice, as {seen[token]} and {i}");
            }
        }
    }

    /// <summary>A token as llama.cpp reads it: up to its first zero byte, an empty one by a name of its own. Latin-1 keeps different bytes different.</summary>
    private static string AsRead(ReadOnlySpan<byte> bytes, int index)
    {
        var end = bytes.IndexOf((byte)0);
        return end == 0 || bytes.IsEmpty ? $"[EMPTY_{index}]" : Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private void ReadTensor()
    {
        var name = _cursor.Text("a tensor's name");
        if (!_keys.Add("tensor " + name))
        {
            throw _cursor.Damaged($"the tensor '{name}' comes twice");
        }

        var rank = _cursor.UInt32($"the rank of '{name}'");
        if (rank is < 1 or > 4)
        {
            throw _cursor.Damaged($"the tensor '{name}' has {rank} dimensions; 1..4 are possible");
        }

        var dimensions = new ulong[rank];
        for (var d = 0; d < rank; d++)
        {
            dimensions[d] = _cursor.UInt64($"the shape of '{name}'");
        }

        Tensors.Add(new GgufTensor(name, dimensions, _cursor.UInt32($"the type of '{name}'"), _cursor.UInt64($"the offset of '{name}'")));
    }
}
