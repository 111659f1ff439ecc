using SparseClip.Vlm.Formats.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// A frozen Llama-architecture language model with its output head (RMSNorm, rotary positions, grouped-query attention, SwiGLU). Nothing in it is trained, but its
/// results can be differentiated with respect to the input embeddings. Safe to call from several threads at once. Positions count from 0, so
/// shorter sequences of a batch are padded on the right.
/// </summary>
public sealed class LlamaForCausalLM : IDisposable
{
    private const float Hidden = -1e9f; // finite, so that a row that sees nothing stays free of NaN
    private const int MaximumContext = 32768; // bounds the rotary tables
    private readonly Tensor _embedding; // [V, d]
    private readonly Tensor? _output; // [V, d]; null when tied
    private readonly Tensor _norm; // [d]
    private readonly LlamaLayer[] _layers;
    private readonly RotaryEmbedding _rotary;
    private readonly ScalarType _type;

    private LlamaForCausalLM(LlamaWeights weights, int layers, ScalarType type)
    {
        _type = type;
        var full = weights.Config;
        Config = full with { Layers = layers, ContextLength = Math.Min(full.ContextLength, MaximumContext) };
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _embedding = weights.Read("token_embd.weight", full.Vocabulary, full.Width).to_type(type);
        _output = weights.HasOutput ? weights.Read("output.weight", full.Vocabulary, full.Width).to_type(type) : null;
        _norm = weights.Read("output_norm.weight", full.Width);
        _layers = new LlamaLayer[layers];
        for (var i = 0; i < layers; i++)
        {
            _layers[i] = new LlamaLayer(weights, i, type);
        }

        _rotary = new RotaryEmbedding(Config, type);

        // Only now that no tensor can be missing; until here the scope frees what was read.
        scope.Detach(Tensors);
    }

    /// <summary>Its shape, with the layers that were built.</summary>
    public LlamaConfig Config { get; }

    private IEnumerable<Tensor> Tensors =>
        new[] { _embedding, _output, _norm }.OfType<Tensor>().Concat(_rotary.Tensors).Concat(_layers.SelectMany(layer => layer.Tensors));

    /// <summary>Builds the model from a GGUF file, dequantised. The file may be closed afterwards.</summary>
    /// <param name="file">A file of the llama architecture.</param>
    /// <param name="layers">Build only the first so many layers; null for all.</param>
    /// <param name="dtype">Type of matrices and products: float32, or bfloat16 where <see cref="Vision.FastPrecision"/> finds it fast.</param>
    /// <exception cref="GgufException">The file does not hold such a model.</exception>
    public static LlamaForCausalLM FromGguf(GgufFile file, int? layers = null, ScalarType dtype = ScalarType.Float32)
    {
        var weights = new LlamaWeights(file);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers ?? 1, nameof(layers));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers ?? 1, weights.Config.Layers, nameof(layers));
        return new LlamaForCausalLM(weights, layers ?? weights.Config.Layers, dtype);
    }

    /// <summary>The input embeddings of tokens.</summary>
    /// <param name="ids">[..] int64</param>
    /// <returns>[.., d] float32; the caller owns it.</returns>
    public Tensor Embed(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return _embedding.index_select(0, ids.reshape(-1)).to_type(ScalarType.Float32).view([.. ids.shape, Config.Width]).MoveToOuterDisposeScope();
    }

    /// <summary>The final normed states, from which <see cref="Logits"/> are computed.</summary>
    /// <param name="embeddings">[B, T, d] float32, with or without gradient.</param>
    /// <param name="attentionMask">[B, T], 1 (or true) for a position that may be seen, 0 for padding; null if all may.</param>
    /// <param name="cache">Remembers keys and values, so that a later call continues after this one's positions; null for none.</param>
    /// <param name="lora">What is added to the products; null for nothing. Without automatic differentiation of its own.</param>
    /// <returns>[B, T, d] float32; the caller owns it.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or there are more positions than the model's context.</exception>
    public Tensor Forward(Tensor embeddings, Tensor? attentionMask = null, LlamaCache? cache = null, FoldedLora? lora = null)
    {
        using var scope = NewDisposeScope();
        var x = Run(embeddings, attentionMask, cache, _layers.Length, null, null, lora);
        return (RmsNorm.Apply(x, Config.NormEpsilon, ScalarType.Float32).Normed * _norm).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Forward"/> without automatic differentiation: the gradient comes from <see cref="Backward"/>, which is faster.</summary>
    /// <param name="embeddings">[B, T, d] float32</param>
    /// <param name="cache">As for <see cref="Forward"/>.</param>
    /// <param name="tape">An empty tape; the caller disposes it.</param>
    /// <param name="lora">What is added to the products; <see cref="Backward"/> collects its gradients. Null for nothing.</param>
    /// <returns>[B, T, d] float32; the caller owns it.</returns>
    public Tensor Forward(Tensor embeddings, LlamaCache? cache, LlamaTape tape, FoldedLora? lora = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        (tape.First, tape.Lora) = (cache?.Length ?? 0, lora);
        var x = Run(embeddings, null, cache, _layers.Length, null, tape, lora);
        var (normed, scale) = RmsNorm.Apply(x, Config.NormEpsilon, ScalarType.Float32);
        tape.Final = (normed.DetachFromDisposeScope(), scale.DetachFromDisposeScope());
        return (normed * _norm).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient with respect to the embeddings.</summary>
    /// <param name="gradient">With respect to the states that <see cref="Forward(Tensor, LlamaCache?, LlamaTape, FoldedLora?)"/> gave. [B, T, d] float32</param>
    /// <param name="tape">What that pass filled.</param>
    /// <returns>[B, T, d] float32; the caller owns it. With an adaptation that begins at a later layer the gradient is that of the states before that one.</returns>
    public Tensor Backward(Tensor gradient, LlamaTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var (normed, scale) = tape.Final ?? throw new ArgumentException("The tape is empty; run a forward pass with it first.", nameof(tape));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var positions = _rotary.At(tape.First, gradient.shape[1]);
        var x = RmsNorm.AddGradient(zeros_like(gradient), gradient * _norm, normed, scale).to_type(_type);
        for (var i = _layers.Length - 1; i >= (tape.Lora?.FirstLayer ?? 0); i--)
        {
            x = _layers[i].Backward(x, tape.Layers[i], _rotary, positions, tape.Lora?.Layers[i]);
        }

        return x.to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The residual states after given layers, not normed.</summary>
    /// <param name="embeddings">[B, T, d] float32</param>
    /// <param name="attentionMask">As for <see cref="Forward"/>.</param>
    /// <param name="layers">k for the state after layer k; 0 for the embeddings themselves. Layers above the highest are not computed.</param>
    /// <returns>For each entry of <paramref name="layers"/> [B, T, d] float32; the caller owns them.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Forward"/>, or there is no such layer.</exception>
    public Tensor[] HiddenStates(Tensor embeddings, Tensor? attentionMask, params int[] layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Length == 0 || layers.Any(k => k < 0 || k > _layers.Length))
        {
            throw new ArgumentException($"States after layers [{string.Join(", ", layers)}] were asked for; the model has 0 to {_layers.Length}.", nameof(layers));
        }

        using var scope = NewDisposeScope();
        var taken = new Dictionary<int, Tensor> { [0] = embeddings.to_type(ScalarType.Float32) };
        Run(embeddings, attentionMask, null, layers.Max(), (k, state) => taken[k] = state, null);
        return [.. layers.Select(k => taken[k].alias().MoveToOuterDisposeScope())];
    }

    /// <summary>The unnormalised log-probabilities of the next token.</summary>
    /// <param name="states">[.., d], rows of what <see cref="Forward"/> gave. Take only the positions needed: the vocabulary is large.</param>
    /// <returns>[.., V] float32; the caller owns it.</returns>
    public Tensor Logits(Tensor states)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(states.to_type(_type), _output ?? _embedding).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>A layer's additions, from those to the file's weights; see <see cref="LlamaLora"/>.</summary>
    internal LayerLora Fold(int layer, Func<string, (Tensor A, Tensor B)?> pair) => _layers[layer].Fold(pair);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    private Tensor Run(Tensor embeddings, Tensor? attentionMask, LlamaCache? cache, int layers, Action<int, Tensor>? afterLayer, LlamaTape? tape, FoldedLora? lora = null)
    {
        if (embeddings.dim() != 3 || embeddings.shape[2] != Config.Width)
        {
            throw new ArgumentException($"Embeddings of shape [{string.Join(", ", embeddings.shape)}]; the model takes [B, T, {Config.Width}].", nameof(embeddings));
        }

        var (first, t) = (cache?.Length ?? 0L, embeddings.shape[1]);
        if (first + t > Config.ContextLength)
        {
            throw new ArgumentException($"{first + t} positions; the model's context has {Config.ContextLength}.", nameof(embeddings));
        }

        var bias = Bias(embeddings.shape[0], first, t, attentionMask);
        var positions = _rotary.At(first, t);
        var x = embeddings.to_type(ScalarType.Float32);
        for (var i = 0; i < layers; i++)
        {
            x = _layers[i].Forward(x, _rotary, positions, bias, cache?.Layer(i), tape?.Next(), lora?.Layers[i]);
            afterLayer?.Invoke(i + 1, x);
        }

        cache?.Advance(t);
        return x;
    }

    /// <summary>0 where a position is seen: itself and those before, but no padding. [1 or B, 1, 1, T, S]</summary>
    private Tensor Bias(long b, long first, long t, Tensor? attentionMask)
    {
        var s = first + t;
        var later = ones([t, s], ScalarType.Bool).triu(first + 1).view(1, 1, 1, t, s);
        if (attentionMask is not null)
        {
            if (!attentionMask.shape.AsSpan().SequenceEqual([b, s]))
            {
                throw new ArgumentException($"An attention mask of shape [{string.Join(", ", attentionMask.shape)}]; [{b}, {s}] was expected.", nameof(attentionMask));
            }

            later = later.logical_or(attentionMask.to_type(ScalarType.Bool).logical_not().view(b, 1, 1, 1, s));
        }

        return zeros(later.shape, _type).FilledWhere(later, Hidden);
    }
}
