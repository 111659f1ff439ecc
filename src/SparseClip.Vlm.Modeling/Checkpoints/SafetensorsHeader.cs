using System.Buffers.Binary;
using System.Text.Json;

namespace SparseClip.Vlm.Modeling.Checkpoints;

/// <summary>
/// Reads and checks the header of a safetensors file: an unsigned 64-bit little-endian length, that many bytes of JSON
/// (name -> dtype, shape, data_offsets; `__metadata__` -> strings), then the bytes of the tensors without holes.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The format's own limit; a longer header is a damaged or hostile file.</summary>
    private const long MaximumHeaderBytes = 100_000_000;

    private const string Again = "The file is damaged or is not safetensors; copy or download it again";

    public static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Read(string path, Stream stream)
    {
        var length = stream.Length;
        Span<byte> prefix = stackalloc byte[8];
        if (length < 8)
        {
            throw new CheckpointException(path, $"it has {length} bytes, too few for a header", Again);
        }

        stream.ReadExactly(prefix);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > MaximumHeaderBytes || (long)headerBytes > length - 8)
        {
            throw new CheckpointException(path, $"its header claims {headerBytes} bytes, but the file has {length}", Again);
        }

        var json = new byte[headerBytes];
        stream.ReadExactly(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return Parse(path, document.RootElement, 8 + (long)headerBytes, length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: names that are not UTF-8
        {
            throw new CheckpointException(path, $"its header is not JSON ({e.Message})", Again, innerException: e);
        }
    }

    private static (List<SafetensorsEntry>, Dictionary<string, string>) Parse(string path, JsonElement root, long dataStart, long fileLength)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException(path, "its header is not a JSON object", Again);
        }

        var entries = new List<SafetensorsEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw new CheckpointException(path, "the header names it twice", Again, property.Name);
            }

            if (property.Name == "__metadata__")
            {
                ReadMetadata(path, property.Value, metadata);
            }
            else
            {
                entries.Add(ReadEntry(path, property.Name, property.Value, dataStart, fileLength));
            }
        }

        CheckLayout(path, entries, dataStart, fileLength);
        return (entries, metadata);
    }

    private static void ReadMetadata(string path, JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException(path, "its __metadata__ is not an object of strings", Again);
        }

        foreach (var item in value.EnumerateObject())
        {
            metadata[item.Name] = item.Value.ValueKind == JsonValueKind.String
                ? item.Value.GetString()!
                : throw new CheckpointException(path, $"its __metadata__ entry '{item.Name}' is not a string", Again);
        }
    }

    private static SafetensorsEntry ReadEntry(string path, string name, JsonElement value, long dataStart, long fileLength)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shapeJson) || !TryReadLongs(shapeJson, out var shape)
            || !value.TryGetProperty("data_offsets", out var offsetsJson) || !TryReadLongs(offsetsJson, out var offsets)
            || offsets.Length != 2)
        {
            throw new CheckpointException(path, "its header entry lacks a dtype, a shape of whole numbers or two data_offsets", Again, name);
        }

        var typeName = dtype.GetString()!;
        if (!Enum.TryParse<SafetensorsType>(typeName, out var type) || type.ToString() != typeName)
        {
            throw new CheckpointException(path, $"element type '{typeName}' is not supported",
                $"Store it as one of {string.Join(", ", Enum.GetNames<SafetensorsType>())}", name);
        }

        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end || end > fileLength - dataStart)
        {
            throw new CheckpointException(path, $"its bytes {begin}..{end} lie outside the file's {fileLength - dataStart} bytes of data",
                "The file was cut short; copy or download it again", name);
        }

        long bytes = type.Size();
        try
        {
            checked
            {
                foreach (var dimension in shape)
                {
                    bytes *= dimension;
                }
            }
        }
        catch (OverflowException e)
        {
            throw new CheckpointException(path, $"its shape [{string.Join(", ", shape)}] is absurdly large", Again, name, e);
        }

        return bytes == end - begin
            ? new SafetensorsEntry(name, type, shape, dataStart + begin, dataStart + end)
            : throw new CheckpointException(path, $"shape [{string.Join(", ", shape)}] of {type} needs {bytes} bytes, but its offsets hold {end - begin}", Again, name);
    }

    private static bool TryReadLongs(JsonElement value, out long[] numbers)
    {
        numbers = [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        numbers = new long[value.GetArrayLength()];
        var i = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0)
            {
                return false;
            }

            numbers[i++] = number;
        }

        return true;
    }

    /// <summary>The format allows neither overlaps nor holes, so that no byte has two meanings and none is smuggled.</summary>
    private static void CheckLayout(string path, List<SafetensorsEntry> entries, long dataStart, long fileLength)
    {
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        var expected = dataStart;
        foreach (var entry in entries)
        {
            if (entry.Begin != expected)
            {
                var what = entry.Begin < expected ? "overlaps the tensor before it" : $"is preceded by {entry.Begin - expected} bytes that belong to no tensor";
                throw new CheckpointException(path, $"it {what}", Again, entry.Name);
            }

            expected = entry.End;
        }

        if (expected != fileLength)
        {
            throw new CheckpointException(path, $"{fileLength - expected} bytes at its end belong to no tensor", Again);
        }
    }
}
