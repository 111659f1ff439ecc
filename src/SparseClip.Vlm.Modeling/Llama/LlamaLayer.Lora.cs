using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>How a low-rank adaptation of the file's weights becomes one of the layer's own products, into which norms, the softmax scale and the order of rotary pairs are folded.</summary>
internal sealed partial class LlamaLayer
{
    /// <param name="pair">A and B, already scaled, of a weight by its name in GGUF; null where it is not adapted.</param>
    public LayerLora Fold(Func<string, (Tensor A, Tensor B)?> pair)
    {
        var (query, key, value) = (pair("attn_q"), pair("attn_k"), pair("attn_v"));
        var (q, kv) = (_config.Heads * _config.HeadWidth, _config.KeyValueHeads * _config.HeadWidth);
        return new LayerLora(
            Stacked(_attentionNorm, (query is { } turned ? (turned.A, Halves(turned.B).Over(Math.Sqrt(_config.HeadWidth))) : null, q), (key is { } also ? (also.A, Halves(also.B)) : null, kv), (value, kv)),
            Stacked(null, (pair("attn_output"), _config.Width)),
            Stacked(_feedForwardNorm, (pair("ffn_gate"), _config.FeedForward), (pair("ffn_up"), _config.FeedForward)),
            Stacked(null, (pair("ffn_down"), _config.Width)));
    }

    /// <summary>Weights that form one product: their A below one another, their B along a diagonal.</summary>
    /// <param name="norm">What the inputs are multiplied by in the frozen weight; null for nothing.</param>
    /// <param name="parts">A and B with B's rows; null for a part that is not adapted.</param>
    private LowRank? Stacked(Tensor? norm, params ((Tensor A, Tensor B)? Pair, int Rows)[] parts)
    {
        if (parts.All(part => part.Pair is null))
        {
            return null;
        }

        var a = cat([.. parts.Where(part => part.Pair is not null).Select(part => part.Pair!.Value.A)], 0);
        var columns = a.shape[0];
        var rows = new List<Tensor>();
        var before = 0L;
        foreach (var (part, count) in parts)
        {
            var rank = part?.B.shape[1] ?? 0;
            rows.Add(part is null ? zeros(count, columns) : cat([zeros(count, before), part.Value.B, zeros(count, columns - before - rank)], 1));
            before += rank;
        }

        return new LowRank(norm is null ? a : a * norm, cat(rows, 0), _qkv.dtype);
    }

    /// <summary>Rows of rotary pairs as the file has them, side by side, in the order of halves; see <see cref="LlamaWeights"/>.</summary>
    private Tensor Halves(Tensor b) => LlamaWeights.Halves(b, _config.HeadWidth);
}
