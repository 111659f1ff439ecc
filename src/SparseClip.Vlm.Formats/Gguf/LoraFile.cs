namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>LoRA adapters of language models, as llama.cpp reads them: the names of a file's keys and tensors, and how one is written.</summary>
public static class LoraFile
{
    /// <summary>Says what kind of file it is: <see cref="Adapter"/>.</summary>
    public const string TypeKey = "general.type";

    /// <summary>Names the kind of language model that it belongs to, such as `llama`.</summary>
    public const string ArchitectureKey = "general.architecture";

    /// <summary>Says what kind of adapter it is: <see cref="Lora"/>.</summary>
    public const string AdapterKey = "adapter.type";

    /// <summary>Holds alpha, a float32.</summary>
    public const string AlphaKey = "adapter.lora.alpha";

    /// <summary>The value of <see cref="TypeKey"/>.</summary>
    public const string Adapter = "adapter";

    /// <summary>The value of <see cref="AdapterKey"/>.</summary>
    public const string Lora = "lora";

    /// <summary>Behind a weight's name: its A, [r, in].</summary>
    public const string SuffixA = ".lora_a";

    /// <summary>Behind a weight's name: its B, [out, r].</summary>
    public const string SuffixB = ".lora_b";

    /// <summary>
    /// The weight that no pair may name: llama.cpp reads the rows of its A by token, which is another layout than every other weight's.
    /// </summary>
    public const string Embeddings = "token_embd.weight";

    /// <summary>
    /// Writes an adapter. It appears under its name only when all of it is on the disk. In the file's own order of dimensions, innermost first,
    /// A is [in, r] and B [r, out].
    /// </summary>
    /// <remarks>
    /// The pairs belong to the weights as the language model's GGUF file stores them. Where the file has rows in another order than the
    /// checkpoint that it was converted from (attn_q and attn_k of the llama architecture, whose rotary pairs lie side by side), pairs that were
    /// trained against the file's weights are right as they are; those trained against the checkpoint need the rows of B in the file's order.
    /// </remarks>
    /// <param name="path">Where to; folders are made.</param>
    /// <param name="architecture">The language model's `general.architecture`.</param>
    /// <param name="alpha">Above 0; each pair counts alpha / r times. (llama.cpp would take 0 for "once".)</param>
    /// <param name="pairs">One at least, each weight once. The arrays are kept until the file is written, not copied.</param>
    /// <param name="type">F32, or F16 for half the size.</param>
    /// <exception cref="ArgumentException">Alpha or a pair is not what is said above; the message names the weight.</exception>
    /// <exception cref="GgufException">The file cannot be written.</exception>
    public static void Write(string path, string architecture, float alpha, IEnumerable<LoraPair> pairs, GgufTensorType type = GgufTensorType.F32)
    {
        ArgumentException.ThrowIfNullOrEmpty(architecture);
        ArgumentNullException.ThrowIfNull(pairs);
        if (!float.IsFinite(alpha) || alpha <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Alpha must be a finite number above 0.");
        }

        var writer = new GgufWriter().Set(TypeKey, Adapter).Set(ArchitectureKey, architecture).Set(AdapterKey, Lora).Set(AlphaKey, alpha);
        var count = 0;
        foreach (var pair in pairs)
        {
            Check(pair);
            writer.Add(pair.Tensor + SuffixA, [pair.Rank, pair.Inputs], pair.A, type);
            writer.Add(pair.Tensor + SuffixB, [pair.Outputs, pair.Rank], pair.B, type);
            count++;
        }

        if (count == 0)
        {
            throw new ArgumentException("An adapter needs one pair at least.", nameof(pairs));
        }

        writer.Write(path);
    }

    private static void Check(LoraPair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentException.ThrowIfNullOrEmpty(pair.Tensor);
        if (pair.Tensor == Embeddings)
        {
            throw new ArgumentException($"'{Embeddings}' cannot be adapted; llama.cpp reads its pair in another layout.", nameof(pair));
        }

        if (pair.Rank < 1 || pair.Inputs < 1 || pair.Outputs < 1
            || pair.A.LongLength != (long)pair.Rank * pair.Inputs || pair.B.LongLength != (long)pair.Outputs * pair.Rank)
        {
            throw new ArgumentException(
                $"The pair of '{pair.Tensor}' has {pair.A.LongLength} and {pair.B.LongLength} values; A must be [{pair.Rank}, {pair.Inputs}] and B [{pair.Outputs}, {pair.Rank}].", nameof(pair));
        }

        if (!Array.TrueForAll(pair.A, float.IsFinite) || !Array.TrueForAll(pair.B, float.IsFinite))
        {
            throw new ArgumentException($"The pair of '{pair.Tensor}' has a value that is not finite; its training has failed.", nameof(pair));
        }
    }
}
