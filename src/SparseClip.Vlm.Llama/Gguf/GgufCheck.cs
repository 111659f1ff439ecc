namespace SparseClip.Vlm.Llama.Gguf;

/// <summary>
/// Looks at a GGUF file before llama.cpp does. llama.cpp answers most damage with an error but ends the process on some (duplicate tokens,
/// an impossible number of blocks, zero heads), so all that is checked here, and what is wrong is said more clearly.
/// </summary>
public static class GgufCheck
{
    private const int MostBlocks = 512;

    /// <summary>Checks the whole header and that every tensor lies inside the file; reads no weights.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GgufException">It is no GGUF file of a language model, is cut off, damaged or contradicts itself.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static void Check(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var header = GgufHeader.Read(new GgufCursor(stream, path));
        CheckTensors(header, stream.Length, path);
        CheckModel(header, path);
        CheckVocabulary(header, path);
    }

    private static void CheckTensors(GgufHeader header, long fileLength, string path)
    {
        var alignment = header.Values.TryGetValue("general.alignment", out var a) && a is long given ? given : 32;
        if (alignment is < 1 or > 1 << 20 || (alignment & (alignment - 1)) != 0)
        {
            throw Wrong(path, $"general.alignment is {alignment}, which is no power of two");
        }

        var start = (header.End + alignment - 1) / alignment * alignment;
        var available = (ulong)Math.Max(0, fileLength - start);
        foreach (var tensor in header.Tensors)
        {
            var (block, bytes) = TensorTypes.Block(tensor.Type);
            if (block == 0)
            {
                throw Wrong(path, $"the tensor '{tensor.Name}' has the type {tensor.Type}, which is not known");
            }

            UInt128 elements = 1;
            foreach (var dimension in tensor.Dimensions)
            {
                elements *= dimension;
                if (dimension == 0 || elements > long.MaxValue)
                {
                    throw Wrong(path, $"the tensor '{tensor.Name}' has the impossible shape [{string.Join(", ", tensor.Dimensions)}]");
                }
            }

            if (tensor.Dimensions[0] % (ulong)block != 0)
            {
                throw Wrong(path, $"the tensor '{tensor.Name}' has rows of {tensor.Dimensions[0]}, which its blocks of {block} do not divide");
            }

            if (tensor.Offset + (elements / (ulong)block * (ulong)bytes) > available)
            {
                throw Wrong(path, $"it is cut off: the tensor '{tensor.Name}' reaches beyond its {fileLength} bytes");
            }
        }
    }

    private static void CheckModel(GgufHeader header, string path)
    {
        if (!header.Values.TryGetValue("general.architecture", out var value) || value is not string architecture)
        {
            throw Wrong(path, "general.architecture is missing");
        }

        Within("block_count", 1, MostBlocks);
        Within("context_length", 1, int.MaxValue);
        Between("attention.layer_norm_rms_epsilon", 0, 1);
        Between("attention.layer_norm_epsilon", 0, 1);
        Between("rope.freq_base", 0, 1e12f);
        var width = Within("embedding_length", 1, 1 << 20);
        // Some architectures give one number a layer; llama.cpp checks those itself.
        if (!header.Lengths.ContainsKey($"{architecture}.attention.head_count"))
        {
            var heads = Within("attention.head_count", 1, width);
            if (header.Values.ContainsKey($"{architecture}.attention.head_count_kv"))
            {
                var shared = Within("attention.head_count_kv", 1, heads);
                if (heads % shared != 0)
                {
                    throw Wrong(path, $"{shared} key-value heads do not divide {heads} heads");
                }
            }

            if (!header.Values.ContainsKey($"{architecture}.attention.key_length") && width % heads != 0)
            {
                throw Wrong(path, $"{heads} heads do not divide the embedding length {width}");
            }
        }

        // Written so that NaN fails: llama.cpp's normalisation ends the process on a negative or undefined epsilon.
        void Between(string name, float least, float most)
        {
            var key = $"{architecture}.{name}";
            if (header.Values.TryGetValue(key, out var found) && !(found is float number && number >= least && number <= most))
            {
                throw Wrong(path, $"{key} is {found}; it must be a number in {least}..{most}");
            }
        }

        long Within(string name, long least, long most)
        {
            var key = $"{architecture}.{name}";
            return header.Values.TryGetValue(key, out var found) && found is long number && number >= least && number <= most
                ? number
                : throw Wrong(path, $"{key} is {found ?? "missing"}; it must be in {least}..{most}");
        }
    }

    private static void CheckVocabulary(GgufHeader header, string path)
    {
        if (!header.Lengths.TryGetValue("tokenizer.ggml.tokens", out var count) || count == 0)
        {
            throw Wrong(path, "tokenizer.ggml.tokens is missing, so it has no vocabulary");
        }

        foreach (var key in (string[])["tokenizer.ggml.token_type", "tokenizer.ggml.scores"])
        {
            if (header.Lengths.TryGetValue(key, out var length) && length != count)
            {
                throw Wrong(path, $"{key} has {length} entries for {count} tokens");
            }
        }

        foreach (var (key, value) in header.Values)
        {
            if (key.StartsWith("tokenizer.ggml.", StringComparison.Ordinal) && key.EndsWith("_token_id", StringComparison.Ordinal) &&
                value is long id && (uint)id >= (uint)count && (uint)id != uint.MaxValue)
            {
                throw Wrong(path, $"{key} is {id}, but there are {count} tokens");
            }
        }

        if (header.Tensors.Find(t => t.Name == "token_embd.weight") is { Dimensions.Length: 2 } table && table.Dimensions[1] != (ulong)count)
        {
            throw Wrong(path, $"token_embd.weight has {table.Dimensions[1]} rows for {count} tokens");
        }
    }

    private static GgufException Wrong(string path, string what) => new($"'{path}' cannot be loaded: {what}.");
}
