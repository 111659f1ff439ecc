using System.Text;
using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>A GGUF file with one tensor "x" of given bytes, written here and not by the writer under test.</summary>
internal static class RawGguf
{
    public static byte[] Bytes(GgufTensorType type, ulong elements, ReadOnlySpan<byte> block)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Encoding.ASCII.GetBytes("GGUF"));
        writer.Write(3u);
        writer.Write(1UL); // tensors
        writer.Write(1UL); // keys
        Text(writer, "general.architecture");
        writer.Write(8u);
        Text(writer, "test");
        Text(writer, "x");
        writer.Write(1u);
        writer.Write(elements);
        writer.Write((uint)type);
        writer.Write(0UL);
        writer.Write(new byte[(32 - (stream.Length % 32)) % 32]);
        writer.Write(block);
        return stream.ToArray();
    }

    /// <summary>A file with one array of texts, given as bytes, and no tensor.</summary>
    public static byte[] Texts(string key, IReadOnlyList<byte[]> texts)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Encoding.ASCII.GetBytes("GGUF"));
        writer.Write(3u);
        writer.Write(0UL); // tensors
        writer.Write(1UL); // keys
        Text(writer, key);
        writer.Write(9u);
        writer.Write(8u);
        writer.Write((ulong)texts.Count);
        foreach (var text in texts)
        {
            writer.Write((ulong)text.Length);
            writer.Write(text);
        }

        return stream.ToArray();
    }

    public static void Write(string path, GgufTensorType type, ulong elements, ReadOnlySpan<byte> block) =>
        File.WriteAllBytes(path, Bytes(type, elements, block));

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write((ulong)text.Length);
        writer.Write(Encoding.ASCII.GetBytes(text));
    }
}
