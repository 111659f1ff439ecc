using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>The shape of a Llama-architecture language model.</summary>
/// <param name="Layers">Number of layers built.</param>
/// <param name="Width">d, the embedding size.</param>
/// <param name="Heads">H, query heads; Heads x HeadWidth need not be Width.</param>
/// <param name="KeyValueHeads">Heads of keys and values; a divisor of Heads (grouped-query attention).</param>
/// <param name="HeadWidth">Elements a head; even.</param>
/// <param name="FeedForward">Width of the gated feed-forward layer.</param>
/// <param name="Vocabulary">V, the number of tokens.</param>
/// <param name="ContextLength">The most positions it was trained for.</param>
/// <param name="NormEpsilon">Added to the mean square in RMSNorm.</param>
/// <param name="RopeBase">Base of the rotary frequencies.</param>
public sealed record LlamaConfig(
    int Layers, int Width, int Heads, int KeyValueHeads, int HeadWidth, int FeedForward, int Vocabulary, int ContextLength, double NormEpsilon, double RopeBase)
{
    /// <summary>Reads the shape from a GGUF file.</summary>
    /// <exception cref="GgufException">The file is of another architecture, lacks a key, or uses what this port does not have.</exception>
    public static LlamaConfig FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var meta = file.Metadata;
        const string remedy = "Use a model of the llama architecture, such as SmolLM2";
        if (meta.Text("general.architecture") is var architecture && architecture != "llama")
        {
            throw new GgufException(file.Path, $"its architecture is '{architecture}'", remedy);
        }

        if (meta.FindText("llama.rope.scaling.type") is { } scaling and not "none")
        {
            throw new GgufException(file.Path, $"it scales rotary positions by '{scaling}', which is not supported", remedy);
        }

        var (width, heads) = (meta.Integer("llama.embedding_length"), meta.Integer("llama.attention.head_count"));
        var headWidth = meta.Integer("llama.attention.key_length", width / Math.Max(1, heads));
        var config = new LlamaConfig(
            meta.Integer("llama.block_count"),
            width,
            heads,
            meta.Integer("llama.attention.head_count_kv", heads),
            headWidth,
            meta.Integer("llama.feed_forward_length"),
            (int)file.Tensor("token_embd.weight").Shape[0],
            meta.Integer("llama.context_length"),
            meta.Number("llama.attention.layer_norm_rms_epsilon"),
            meta.Number("llama.rope.freq_base", 10000));
        if (config.Problem() is { } problem)
        {
            throw new GgufException(file.Path, problem, GgufException.FetchAgain);
        }

        return meta.Integer("llama.rope.dimension_count", headWidth) == headWidth && meta.Integer("llama.attention.value_length", headWidth) == headWidth
            ? config
            : throw new GgufException(file.Path, "it rotates only a part of a head, or keys and values differ in width, which is not supported", remedy);
    }

    /// <summary>What makes the shape impossible; null if nothing does.</summary>
    private string? Problem()
    {
        if (Layers is < 1 or > 512 || Width < 1 || Heads < 1 || KeyValueHeads < 1 || FeedForward < 1 || Vocabulary < 1 || ContextLength < 1)
        {
            return $"its sizes are impossible ({this})";
        }

        return Heads % KeyValueHeads != 0 || HeadWidth < 2 || HeadWidth % 2 != 0
            ? $"{Heads} heads of {HeadWidth} elements do not fit {KeyValueHeads} key-value heads"
            : null;
    }
}
