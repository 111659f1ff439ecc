using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// One frozen layer: x + attention(norm(x)), then x + feed-forward(norm(x)). The residual stream and the norms' statistics are float32; matrices and
/// products are of the model's type. Query, key and value matrices form one product, gate and up another; the norms' weights and the softmax scale
/// are folded into them.
/// </summary>
internal sealed partial class LlamaLayer
{
    private readonly LlamaConfig _config;
    private readonly Tensor _qkv; // [(H + 2 K) w, d]
    private readonly Tensor _output; // [d, H w]
    private readonly Tensor _gateUp; // [2 f, d]
    private readonly Tensor _down; // [d, f]
    private readonly Tensor _attentionNorm; // [d], for what is added to the folded weights
    private readonly Tensor _feedForwardNorm; // [d]

    /// <summary>Its tensors belong to the caller's dispose scope, which may hand them on.</summary>
    public LlamaLayer(LlamaWeights weights, int index, ScalarType type)
    {
        var c = _config = weights.Config;
        using var scope = NewDisposeScope();
        Tensor Read(string name, params ReadOnlySpan<long> shape) => weights.Read($"blk.{index}.{name}.weight", shape);
        Tensor Keep(Tensor matrix) => matrix.to_type(type).MoveToOuterDisposeScope();
        _attentionNorm = Read("attn_norm", c.Width).MoveToOuterDisposeScope();
        _feedForwardNorm = Read("ffn_norm", c.Width).MoveToOuterDisposeScope();
        var (q, kv) = ((long)c.Heads * c.HeadWidth, (long)c.KeyValueHeads * c.HeadWidth);
        var queries = Read("attn_q", q, c.Width).Over(Math.Sqrt(c.HeadWidth));
        _qkv = Keep(cat([queries, Read("attn_k", kv, c.Width), Read("attn_v", kv, c.Width)], 0) * _attentionNorm);
        _output = Keep(Read("attn_output", c.Width, q));
        _gateUp = Keep(cat([Read("ffn_gate", c.FeedForward, c.Width), Read("ffn_up", c.FeedForward, c.Width)], 0) * _feedForwardNorm);
        _down = Keep(Read("ffn_down", c.Width, c.FeedForward));
    }

    /// <summary>All that it holds.</summary>
    public IEnumerable<Tensor> Tensors => [_qkv, _output, _gateUp, _down, _attentionNorm, _feedForwardNorm];

    /// <param name="x">[B, T, d] float32</param>
    /// <param name="rotary">Turns queries and keys.</param>
    /// <param name="positions">The rotary table of the T positions.</param>
    /// <param name="bias">Added to the scores: [1 or B, 1, 1, T, S], S positions being seen in all.</param>
    /// <param name="cache">Holds what came before and takes what comes; null without a past.</param>
    /// <param name="tape">Takes what <see cref="Backward"/> needs; null for none.</param>
    /// <param name="lora">What is added to the products; null for nothing.</param>
    /// <returns>[B, T, d] float32</returns>
    public Tensor Forward(Tensor x, RotaryEmbedding rotary, (Tensor Cos, Tensor Sin) positions, Tensor bias, LayerCache? cache, LayerTape? tape, LayerLora? lora = null)
    {
        using var scope = NewDisposeScope();
        var (states, scale) = RmsNorm.Apply(x, _config.NormEpsilon, _qkv.dtype);
        var attended = x.Plus(Attend(states, rotary, positions, bias, cache, tape, lora));
        var (later, laterScale) = RmsNorm.Apply(attended, _config.NormEpsilon, _gateUp.dtype);
        var gateUp = LowRank.Product(later, _gateUp, lora?.GateUp);
        var halves = gateUp.split(_config.FeedForward, -1);
        var gated = nn.functional.silu(halves[0]);
        tape?.Keep(states, scale, later, laterScale, gateUp, gated);
        return attended.Plus(LowRank.Product(gated * halves[1], _down, lora?.Down)).MoveToOuterDisposeScope();
    }

    /// <summary>Plain products: in bfloat16 on a CPU their backward pass is faster than the fused kernel's.</summary>
    private Tensor Attend(Tensor x, RotaryEmbedding rotary, (Tensor Cos, Tensor Sin) positions, Tensor bias, LayerCache? cache, LayerTape? tape, LayerLora? lora)
    {
        var (b, t) = (x.shape[0], x.shape[1]);
        long heads = _config.Heads, kv = _config.KeyValueHeads, width = _config.HeadWidth;
        var group = heads / kv;

        var all = LowRank.Product(x, _qkv, lora?.Qkv).view(b, t, heads + (2 * kv), width).transpose(1, 2).split([heads + kv, kv], 1); // [B, .., T, w]
        var turned = rotary.Rotate(all[0], positions).split([heads, kv], 1);
        var q = turned[0].reshape(b, kv, group * t, width); // the queries of a group lie one below the other
        var (k, v) = cache is null ? (turned[1], all[1]) : Append(cache, turned[1], all[1]);

        var scores = q.matmul(k.transpose(-2, -1)).view(b, kv, group, t, -1).PlusInPlace(bias); // [B, K, G, T, S]
        var shares = nn.functional.softmax(scores, -1).view(b, kv, group * t, -1);
        tape?.Keep(q, k, v, shares);
        var mixed = shares.matmul(v).view(b, heads, t, width).transpose(1, 2).reshape(b, t, heads * width);
        return LowRank.Product(mixed, _output, lora?.Output);
    }

    private static (Tensor Keys, Tensor Values) Append(LayerCache cache, Tensor k, Tensor v)
    {
        if (cache.IsFixed)
        {
            return cache.Keys is null || cache.Values is null ? (k, v) : (Continue(cache.Keys, k), Continue(cache.Values, v));
        }

        var keys = cache.Keys is null ? k.contiguous() : cat([cache.Keys, k], 2);
        var values = cache.Values is null ? v.contiguous() : cat([cache.Values, v], 2);
        cache.Dispose();
        // The cache keeps handles of its own: those returned here belong to the caller's scope.
        (cache.Keys, cache.Values) = (keys.alias().DetachFromDisposeScope(), values.alias().DetachFromDisposeScope());
        return (keys, values);

        static Tensor Continue(Tensor beginning, Tensor rest) =>
            cat([beginning.expand(rest.shape[0], -1, -1, -1), rest], 2);
    }
}
