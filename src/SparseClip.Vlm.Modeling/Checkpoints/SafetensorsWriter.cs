using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;
using SparseClip.Vlm.Core.Files;

namespace SparseClip.Vlm.Modeling.Checkpoints;

/// <summary>
/// Writes safetensors files. A file appears under its name only when all of it is on the disk: it is written beside as
/// `*.partial`, flushed, and then renamed over the old one.
/// </summary>
public static class SafetensorsWriter
{
    private const int ChunkBytes = 1 << 22;

    /// <summary>Writes <paramref name="tensors"/> in their own element types or, where it is floating point, as <paramref name="storeAs"/>.</summary>
    /// <param name="path">Where to; directories are made.</param>
    /// <param name="tensors">Unique names and values, on any device, of any strides.</param>
    /// <param name="metadata">Free strings for the header, such as the model's configuration as JSON.</param>
    /// <param name="storeAs">The type for floating-point tensors by name (F32, F16 or BF16); null keeps each tensor's own.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        Func<string, ScalarType>? storeAs = null)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            WholeFile.Write(path, beside =>
            {
                using var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
                Write(stream, Plan(tensors, storeAs), metadata);
                stream.Flush(flushToDisk: true);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, $"it cannot be written ({e.Message})", "Check the free space and the permissions of its folder", innerException: e);
        }
    }

    /// <summary>Wide elements first, then by name: every tensor is aligned to its element size and equal content gives equal bytes.</summary>
    private static List<(string Name, Tensor Value, SafetensorsType Type)> Plan(
        IEnumerable<KeyValuePair<string, Tensor>> tensors, Func<string, ScalarType>? storeAs) =>
    [
        .. tensors
            .Select(t => (Name: t.Key, t.Value, Type: SafetensorsTypes.FromTorch(
                storeAs is not null && t.Value.is_floating_point() ? storeAs(t.Key) : t.Value.dtype)))
            .OrderByDescending(t => t.Type.Size())
            .ThenBy(t => t.Name, StringComparer.Ordinal),
    ];

    private static void Write(Stream stream, List<(string Name, Tensor Value, SafetensorsType Type)> plan, IReadOnlyDictionary<string, string>? metadata)
    {
        var header = new JsonObject();
        if (metadata is { Count: > 0 })
        {
            header["__metadata__"] = new JsonObject(metadata.OrderBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        }

        long offset = 0;
        foreach (var (name, value, type) in plan)
        {
            var end = offset + (value.numel() * type.Size());
            header.Add(name, new JsonObject
            {
                ["dtype"] = type.ToString(),
                ["shape"] = new JsonArray([.. value.shape.Select(d => (JsonNode)d)]),
                ["data_offsets"] = new JsonArray(offset, end),
            });
            offset = end;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var padded = (json.Length + 7) / 8 * 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(json);
        stream.Write(Encoding.ASCII.GetBytes(new string(' ', padded - json.Length)));
        foreach (var (_, value, type) in plan)
        {
            WriteValues(stream, value, type);
        }
    }

    private static void WriteValues(Stream stream, Tensor value, SafetensorsType type)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var flat = value.detach().cpu().to_type(type.ToTorch()).contiguous().view(-1);
        var step = ChunkBytes / type.Size();
        for (long start = 0; start < flat.numel(); start += step)
        {
            using var chunk = flat.narrow(0, start, Math.Min(step, flat.numel() - start));
            stream.Write(chunk.bytes);
        }
    }
}
