using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Llama.Tests;

internal static class TokenEmbeddings
{
    /// <summary>The rows of a model file's token embeddings. [ids.Length, d]</summary>
    public static float[] Of(string path, int size, params ReadOnlySpan<int> ids)
    {
        using var file = GgufFile.Open(path);
        var table = file.ReadFloats("token_embd.weight");
        var rows = new float[ids.Length * size];
        for (var i = 0; i < ids.Length; i++)
        {
            table.AsSpan(ids[i] * size, size).CopyTo(rows.AsSpan(i * size));
        }

        return rows;
    }
}
