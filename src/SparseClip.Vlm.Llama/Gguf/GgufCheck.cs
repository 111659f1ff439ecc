using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Llama.Gguf;

/// <summary>
/// Looks at a GGUF file before llama.cpp does. llama.cpp answers most damage with an error but ends the process on some (duplicate tokens,
/// an impossible number of blocks, zero heads), so all that is checked here, and what is wrong is said more clearly.
/// </summary>
public static class GgufCheck
{
    private const int MostBlocks = 512;
    private const string Tokens = "tokenizer.ggml.tokens";

    /// <summary>Checks the whole header and that every tensor lies inside the file; reads no weights.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GgufException">It is missing, no GGUF file of a language model, is cut off, damaged or contradicts itself.</exception>
    public static void Check(string path)
    {
        using var file = GgufFile.Open(path);
        if (file.Tensors.FirstOrDefault(tensor => tensor.Count == 0) is { } empty)
        {
            throw Wrong(file, $"the tensor '{empty.Name}' has the impossible shape [{string.Join(", ", empty.Shape)}]");
        }

        CheckModel(file);
        CheckVocabulary(file);
    }

    private static void CheckModel(GgufFile file)
    {
        var architecture = file.Metadata.FindText("general.architecture") ?? throw Wrong(file, "general.architecture is missing");
        Within("block_count", 1, MostBlocks);
        Within("context_length", 1, int.MaxValue);
        Between("attention.layer_norm_rms_epsilon", 0, 1);
        Between("attention.layer_norm_epsilon", 0, 1);
        Between("rope.freq_base", 0, 1e12f);
        var width = Within("embedding_length", 1, 1 << 20);
        // Some architectures give one number a layer; llama.cpp checks those itself.
        if (file.Metadata.Find($"{architecture}.attention.head_count") is not Array)
        {
            var heads = Within("attention.head_count", 1, width);
            if (file.Metadata.Contains($"{architecture}.attention.head_count_kv"))
            {
                var shared = Within("attention.head_count_kv", 1, heads);
                if (heads % shared != 0)
                {
                    throw Wrong(file, $"{shared} key-value heads do not divide {heads} heads");
                }
            }

            if (!file.Metadata.Contains($"{architecture}.attention.key_length") && width % heads != 0)
            {
                throw Wrong(file, $"{heads} heads do not divide the embedding length {width}");
            }
        }

        // Written so that NaN fails: llama.cpp's normalisation ends the process on a negative or undefined epsilon.
        void Between(string name, float least, float most)
        {
            var key = $"{architecture}.{name}";
            if (file.Metadata.Find(key) is { } found && !(found is float number && number >= least && number <= most))
            {
                throw Wrong(file, $"{key} is {found}; it must be a number in {least}..{most}");
            }
        }

        int Within(string name, int least, int most)
        {
            var key = $"{architecture}.{name}";
            return file.Metadata.FindInteger(key) is { } number && number >= least && number <= most
                ? (int)number
                : throw Wrong(file, $"{key} is {file.Metadata.Find(key) ?? "missing"}; it must be in {least}..{most}");
        }
    }

    private static void CheckVocabulary(GgufFile file)
    {
        if (file.Metadata.Find(Tokens) is not string[] { Length: > 0 } tokens)
        {
            throw Wrong(file, $"{Tokens} is missing, so it has no vocabulary");
        }

        CheckDuplicates(file, tokens);
        foreach (var key in (string[])["tokenizer.ggml.token_type", "tokenizer.ggml.scores"])
        {
            if (file.Metadata.Find(key) is Array entries && entries.Length != tokens.Length)
            {
                throw Wrong(file, $"{key} has {entries.Length} entries for {tokens.Length} tokens");
            }
        }

        foreach (var key in file.Metadata.Keys.Where(key =>
            key.StartsWith("tokenizer.ggml.", StringComparison.Ordinal) && key.EndsWith("_token_id", StringComparison.Ordinal)))
        {
            // 2^32 - 1 says that there is none.
            if (file.Metadata.FindInteger(key) is { } id && (id < 0 || id >= tokens.Length) && id is not (-1 or uint.MaxValue))
            {
                throw Wrong(file, $"{key} is {id}, but there are {tokens.Length} tokens");
            }
        }

        if (file.Contains("token_embd.weight") && file.Tensor("token_embd.weight") is { Shape: [var rows, _] } && rows != tokens.Length)
        {
            throw Wrong(file, $"token_embd.weight has {rows} rows for {tokens.Length} tokens");
        }
    }

    /// <summary>Tokens are compared as llama.cpp reads them: up to the first zero character, an empty one by a name of its own. Two alike end the process there.</summary>
    private static void CheckDuplicates(GgufFile file, string[] tokens)
    {
        var seen = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (var i = 0; i < tokens.Length; i++)
        {
            var end = tokens[i].IndexOf('\0', StringComparison.Ordinal);
            var token = end < 0 ? tokens[i] : tokens[i][..end];
            token = token.Length == 0 ? $"[EMPTY_{i}]" : token;
            if (!seen.TryAdd(token, i))
            {
                throw Wrong(file, $"the vocabulary has the token '{token}' twice, as {seen[token]} and {i}");
            }
        }
    }

    private static GgufException Wrong(GgufFile file, string what) => new(file.Path, what, "Fetch the model again, or take another one");
}
