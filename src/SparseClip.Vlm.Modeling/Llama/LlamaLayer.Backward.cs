using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// The gradient with respect to a layer's input, written out: with frozen weights it needs half the passes over memory that automatic differentiation
/// takes, and those are most of its time on a CPU.
/// </summary>
internal sealed partial class LlamaLayer
{
    /// <param name="gradient">With respect to the output, [B, T, d] in the model's type.</param>
    /// <param name="tape">What <see cref="Forward"/> kept.</param>
    /// <param name="rotary">As in the forward pass.</param>
    /// <param name="positions">As in the forward pass.</param>
    /// <param name="lora">As in the forward pass; collects its own gradients.</param>
    /// <returns>With respect to the input, [B, T, d] in the model's type.</returns>
    public Tensor Backward(Tensor gradient, LayerTape tape, RotaryEmbedding rotary, (Tensor Cos, Tensor Sin) positions, LayerLora? lora = null)
    {
        using var scope = NewDisposeScope();
        var gate = tape.GateUp!.split(_config.FeedForward, -1);
        var hidden = LowRank.ProductBackward(gradient, () => tape.Gated! * gate[1], _down, lora?.Down); // [B, T, f]
        using var sigmoid = gate[0].sigmoid();
        using var slope = sigmoid.PlusProduct(tape.Gated!, sigmoid, -1).PlusInPlace(tape.Gated!); // silu' = sigmoid + silu - silu sigmoid
        var up = hidden * tape.Gated!;
        var states = LowRank.ProductBackward(cat([hidden.mul_(gate[1]).mul_(slope), up], -1), () => tape.Later!, _gateUp, lora?.GateUp);
        var attended = RmsNorm.AddGradient(gradient, states, tape.Later!, tape.LaterScale!);
        return RmsNorm.AddGradient(attended, AttentionBackward(attended, tape, rotary, positions, lora), tape.States!, tape.Scale!).MoveToOuterDisposeScope();
    }

    /// <returns>With respect to the normed states. [B, T, d]</returns>
    private Tensor AttentionBackward(Tensor gradient, LayerTape tape, RotaryEmbedding rotary, (Tensor Cos, Tensor Sin) positions, LayerLora? lora)
    {
        using var scope = NewDisposeScope();
        var (b, t) = (gradient.shape[0], gradient.shape[1]);
        long heads = _config.Heads, kv = _config.KeyValueHeads, width = _config.HeadWidth;
        var group = heads / kv;
        var (q, k, v, shares) = (tape.Queries!, tape.Keys!, tape.Values!, tape.Shares!);
        var past = k.shape[2] - t;

        Tensor Mixed() => shares.matmul(v).view(b, heads, t, width).transpose(1, 2).reshape(b, t, heads * width); // as in the forward pass
        var mixed = LowRank.ProductBackward(gradient, Mixed, _output, lora?.Output).view(b, t, heads, width).transpose(1, 2).reshape(b, kv, group * t, width);
        var values = shares.transpose(-2, -1).matmul(mixed).narrow(2, past, t);
        var weighted = mixed.matmul(v.transpose(-2, -1)).mul_(shares);
        var scores = weighted.PlusProductInPlace(shares, weighted.sum([-1], keepdim: true), -1); // softmax: p (g - sum p g)
        var queries = scores.matmul(k).view(b, heads, t, width);
        var keys = scores.transpose(-2, -1).matmul(q).narrow(2, past, t);
        var turned = rotary.RotateBack(cat([queries, keys], 1), positions);
        var onProducts = cat([turned, values], 1).transpose(1, 2).reshape(b, t, (heads + (2 * kv)) * width);
        return LowRank.ProductBackward(onProducts, () => tape.States!, _qkv, lora?.Qkv).MoveToOuterDisposeScope();
    }
}

/// <summary>What a layer's backward pass needs of its forward pass.</summary>
internal sealed class LayerTape : IDisposable
{
    public Tensor? States { get; private set; }

    public Tensor? Scale { get; private set; }

    public Tensor? Later { get; private set; }

    public Tensor? LaterScale { get; private set; }

    public Tensor? GateUp { get; private set; }

    public Tensor? Gated { get; private set; }

    public Tensor? Queries { get; private set; }

    public Tensor? Keys { get; private set; }

    public Tensor? Values { get; private set; }

    public Tensor? Shares { get; private set; }

    public void Keep(Tensor states, Tensor scale, Tensor later, Tensor laterScale, Tensor gateUp, Tensor gated) =>
        (States, Scale, Later, LaterScale, GateUp, Gated) = (Own(states), Own(scale), Own(later), Own(laterScale), Own(gateUp), Own(gated));

    public void Keep(Tensor queries, Tensor keys, Tensor values, Tensor shares) =>
        (Queries, Keys, Values, Shares) = (Own(queries), Own(keys), Own(values), Own(shares));

    public void Dispose()
    {
        foreach (var tensor in (ReadOnlySpan<Tensor?>)[States, Scale, Later, LaterScale, GateUp, Gated, Queries, Keys, Values, Shares])
        {
            tensor?.Dispose();
        }
    }

    /// <summary>A handle of the tape's own, beside the one that the pass's scope disposes.</summary>
    private static Tensor Own(Tensor tensor) => tensor.alias().DetachFromDisposeScope();
}
