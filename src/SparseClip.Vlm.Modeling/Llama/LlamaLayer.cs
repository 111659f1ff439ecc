using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>Keys and values of the positions seen so far, [B, kvHeads, T, headWidth] each; null before the first.</summary>
internal sealed class LayerCache : IDisposable
{
    public Tensor? Keys { get; set; }

    public Tensor? Values { get; set; }

    /// <summary>Whether what comes is not added; see <see cref="LlamaCache.IsFixed"/>.</summary>
    public bool IsFixed { get; set; }

    public LayerCache Branch(long batch) => new()
    {
        Keys = Keys?.expand(batch, -1, -1, -1).contiguous().DetachFromDisposeScope(),
        Values = Values?.expand(batch, -1, -1, -1).contiguous().DetachFromDisposeScope(),
    };

    public void Dispose()
    {
        Keys?.Dispose();
        Values?.Dispose();
    }
}

/// <summary>
/// One frozen layer: x + attention(norm(x)), then x + feed-forward(norm(x)). The residual stream and the norms stay float32; matrices and products
/// are of the model's type. Query, key and value matrices form one product, gate and up another; the softmax scale is folded into the queries.
/// </summary>
internal sealed class LlamaLayer : IDisposable
{
    private readonly LlamaConfig _config;
    private readonly Tensor _attentionNorm; // [d]
    private readonly Tensor _qkv; // [(H + 2 K) headWidth, d]
    private readonly Tensor _output; // [d, H headWidth]
    private readonly Tensor _feedForwardNorm; // [d]
    private readonly Tensor _gateUp; // [2 f, d]
    private readonly Tensor _down; // [d, f]

    public LlamaLayer(LlamaWeights weights, int index, ScalarType type)
    {
        var c = _config = weights.Config;
        using var scope = NewDisposeScope();
        Tensor Read(string name, params ReadOnlySpan<long> shape) => weights.Read($"blk.{index}.{name}.weight", shape);
        var (q, kv) = ((long)c.Heads * c.HeadWidth, (long)c.KeyValueHeads * c.HeadWidth);
        _attentionNorm = Read("attn_norm", c.Width).DetachFromDisposeScope();
        _qkv = cat([Read("attn_q", q, c.Width) / Math.Sqrt(c.HeadWidth), Read("attn_k", kv, c.Width), Read("attn_v", kv, c.Width)], 0)
            .to_type(type).DetachFromDisposeScope();
        _output = Read("attn_output", c.Width, q).to_type(type).DetachFromDisposeScope();
        _feedForwardNorm = Read("ffn_norm", c.Width).DetachFromDisposeScope();
        _gateUp = cat([Read("ffn_gate", c.FeedForward, c.Width), Read("ffn_up", c.FeedForward, c.Width)], 0).to_type(type).DetachFromDisposeScope();
        _down = Read("ffn_down", c.Width, c.FeedForward).to_type(type).DetachFromDisposeScope();
    }

    /// <param name="x">[B, T, d] float32</param>
    /// <param name="rotary">Turns queries and keys.</param>
    /// <param name="positions">The rotary table of the T positions.</param>
    /// <param name="bias">Added to the scores: [1 or B, 1, 1, T, S], S positions being seen in all.</param>
    /// <param name="cache">Holds what came before and takes what comes; null without a past.</param>
    /// <returns>[B, T, d] float32</returns>
    public Tensor Forward(Tensor x, RotaryEmbedding rotary, (Tensor Cos, Tensor Sin) positions, Tensor bias, LayerCache? cache)
    {
        using var scope = NewDisposeScope();
        var attended = x + Attend(RmsNorm.Apply(x, _attentionNorm, _config.NormEpsilon, _qkv.dtype), rotary, positions, bias, cache);
        var gateUp = nn.functional.linear(RmsNorm.Apply(attended, _feedForwardNorm, _config.NormEpsilon, _gateUp.dtype), _gateUp);
        var halves = gateUp.chunk(2, -1);
        var hidden = nn.functional.silu(halves[0]) * halves[1];
        return (attended + nn.functional.linear(hidden, _down)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in (ReadOnlySpan<Tensor>)[_attentionNorm, _qkv, _output, _feedForwardNorm, _gateUp, _down])
        {
            tensor.Dispose();
        }
    }

    /// <summary>Plain products: in bfloat16 on a CPU their backward pass is faster than the fused kernel's.</summary>
    private Tensor Attend(Tensor x, RotaryEmbedding rotary, (Tensor Cos, Tensor Sin) positions, Tensor bias, LayerCache? cache)
    {
        var (b, t) = (x.shape[0], x.shape[1]);
        long heads = _config.Heads, kv = _config.KeyValueHeads, width = _config.HeadWidth;
        var group = heads / kv;

        var all = nn.functional.linear(x, _qkv).view(b, t, heads + (2 * kv), width).transpose(1, 2); // [B, H + 2K, T, w]
        var turned = rotary.Rotate(all.narrow(1, 0, heads + kv), positions);
        var q = turned.narrow(1, 0, heads).reshape(b, kv, group * t, width); // the queries of a group lie one below the other
        var k = turned.narrow(1, heads, kv);
        var v = all.narrow(1, heads + kv, kv);
        if (cache is not null)
        {
            (k, v) = Append(cache, k, v);
        }

        var scores = q.matmul(k.transpose(-2, -1)).view(b, kv, group, t, -1) + bias; // [B, K, G, T, S]
        var shares = nn.functional.softmax(scores, -1).view(b, kv, group * t, -1);
        var mixed = shares.matmul(v).view(b, heads, t, width).transpose(1, 2).reshape(b, t, heads * width);
        return nn.functional.linear(mixed, _output);
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
