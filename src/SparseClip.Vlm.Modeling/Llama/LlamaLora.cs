using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Formats.Gguf;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>The shape of a low-rank adaptation.</summary>
/// <param name="Rank">r, the rows of A.</param>
/// <param name="Alpha">What is added counts alpha / r times.</param>
/// <param name="Targets">Weights of a layer by their names in GGUF: of <see cref="LlamaLora.Targets"/>.</param>
/// <param name="FirstLayer">The first layer that is adapted, from 0: gradients need not go below it.</param>
public sealed record LoraShape(int Rank, double Alpha, IReadOnlyList<string> Targets, int FirstLayer = 0)
{
    /// <summary>Which value cannot be, and what to give; null if all can.</summary>
    public string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.rank", Rank, 1),
        Rule.Above($"{name}.alpha", Alpha, 0),
        Rule.AtLeast($"{name}.first_layer", FirstLayer, 0),
        Targets.Count > 0 && Targets.All(LlamaLora.Targets.Contains) && Targets.Distinct(StringComparer.Ordinal).Count() == Targets.Count
            ? null
            : $"{name}.targets has [{string.Join(", ", Targets)}]: give some of {string.Join(", ", LlamaLora.Targets)}, each once");
}

/// <summary>
/// A low-rank adaptation of a language model in training (LoRA, Hu et al. 2021): for each adapted weight W of every layer A and B, W + alpha / r B A. They fit the weights as the GGUF
/// file stores them, so rows of B for queries and keys lie as the file's rotary pairs do. B starts at zero.
/// </summary>
public sealed class LlamaLora : IDisposable
{
    private readonly LlamaForCausalLM _language;
    private readonly LoraShape _shape;
    private readonly OrderedDictionary<string, Parameter> _factors = [];

    /// <param name="language">The frozen model; not owned.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="seed">Of A's first values.</param>
    public LlamaLora(LlamaForCausalLM language, LoraShape shape, long seed)
    {
        ArgumentNullException.ThrowIfNull(language);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shape.FirstLayer, language.Config.Layers, nameof(shape));
        (_language, _shape) = (language, shape);
        using var generator = new Generator((ulong)seed);
        using var scope = NewDisposeScope();
        foreach (var weight in Weights())
        {
            var bound = 1 / Math.Sqrt(weight.Inputs); // as a linear layer's weights begin
            var a = rand([shape.Rank, weight.Inputs], ScalarType.Float32, CPU, generator: generator).Times(2 * bound).Plus(-bound);
            _factors.Add(weight.Name + LoraFile.SuffixA, new Parameter(a.ToDevice()));
            _factors.Add(weight.Name + LoraFile.SuffixB, new Parameter(zeros(weight.Outputs, shape.Rank)));
        }

        scope.Detach(_factors.Values);
    }

    /// <summary>The weights of a layer that can be adapted.</summary>
    public static IReadOnlyList<string> Targets { get; } = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];

    /// <summary>A and B of every adapted weight, by their names in the file.</summary>
    public IReadOnlyDictionary<string, Parameter> Factors => _factors;

    /// <summary>What is added to the products of a pass, in the caller's dispose scope.</summary>
    public FoldedLora Fold() => new(_shape.FirstLayer, [.. Enumerable.Range(0, _language.Config.Layers).Select(layer => _language.Fold(layer, target => Pair(layer, target)))]);

    /// <summary>Writes the adaptation as llama.cpp reads it.</summary>
    /// <exception cref="GgufException">The file cannot be written.</exception>
    public void Write(string path) => LoraFile.Write(path, "llama", (float)_shape.Alpha, Weights().Select(weight => new LoraPair(
        weight.Name, _shape.Rank, weight.Inputs, weight.Outputs, Values(_factors[weight.Name + LoraFile.SuffixA]), Values(_factors[weight.Name + LoraFile.SuffixB]))));

    /// <summary>Takes over the factors of a file that <see cref="Write"/> wrote.</summary>
    /// <exception cref="GgufException">The file cannot be read, or has another shape: other weights, another rank or another alpha.</exception>
    public void Read(string path)
    {
        using var file = GgufFile.Open(path);
        var alpha = file.Metadata.Contains(LoraFile.AlphaKey) ? file.Metadata.Number(LoraFile.AlphaKey) : 0;
        if (file.Tensors.Count != _factors.Count || Math.Abs(alpha - _shape.Alpha) > 1e-6 || !_factors.All(factor => IsOf(factor.Key, factor.Value)))
        {
            throw new GgufException(
                path, $"it is no adapter of rank {_shape.Rank} and alpha {_shape.Alpha} in 32 bits of {string.Join(", ", _shape.Targets)} of the layers from {_shape.FirstLayer} on",
                "Give one that the same preset trained, or start without one");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, factor) in _factors)
        {
            factor.copy_(tensor(Values(file, file.Tensor(name)), factor.shape));
        }

        bool IsOf(string name, Parameter factor) => file.Contains(name) && file.Tensor(name) is { Type: GgufTensorType.F32 } saved && saved.Shape.SequenceEqual(factor.shape);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var factor in _factors.Values)
        {
            factor.Dispose();
        }
    }

    private static float[] Values(Tensor factor)
    {
        using var scope = NewDisposeScope();
        return factor.detach().ToHost().data<float>().ToArray();
    }

    private static unsafe float[] Values(GgufFile file, GgufTensor tensor) => new ReadOnlySpan<float>((void*)file.AddressOf(tensor), checked((int)tensor.Count)).ToArray();

    /// <summary>A [r, in] and alpha / r B [out, r]; null where the weight is not adapted.</summary>
    private (Tensor A, Tensor B)? Pair(int layer, string target)
    {
        var name = Name(layer, target);
        return _factors.TryGetValue(name + LoraFile.SuffixA, out var a) ? (a, _factors[name + LoraFile.SuffixB].Times(_shape.Alpha / _shape.Rank)) : null;
    }

    private IEnumerable<(string Name, int Inputs, int Outputs)> Weights()
    {
        var c = _language.Config;
        var (heads, kv) = (c.Heads * c.HeadWidth, c.KeyValueHeads * c.HeadWidth);
        return Enumerable.Range(_shape.FirstLayer, c.Layers - _shape.FirstLayer).SelectMany(layer => Targets.Where(_shape.Targets.Contains).Select(target =>
        {
            var (inputs, outputs) = target switch
            {
                "attn_q" => (c.Width, heads),
                "attn_k" or "attn_v" => (c.Width, kv),
                "attn_output" => (heads, c.Width),
                "ffn_down" => (c.FeedForward, c.Width),
                _ => (c.Width, c.FeedForward),
            };
            return (Name(layer, target), inputs, outputs);
        }));
    }

    private static string Name(int layer, string target) => $"blk.{layer}.{target}.weight";
}

/// <summary>What a low-rank adaptation adds to the products of a language model, and the gradients that its passes collect.</summary>
public sealed class FoldedLora
{
    internal FoldedLora(int firstLayer, IReadOnlyList<LayerLora> layers) => (FirstLayer, Layers) = (firstLayer, layers);

    /// <summary>Below it nothing is added.</summary>
    internal int FirstLayer { get; }

    internal IReadOnlyList<LayerLora> Layers { get; }

    /// <summary>A number whose gradient with respect to A and B is what the backward passes collected; its value means nothing. In the caller's dispose scope.</summary>
    public Tensor Surrogate()
    {
        using var scope = NewDisposeScope();
        return stack([.. Layers.SelectMany(layer => layer.All).Select(addition => addition.Surrogate)]).sum().MoveToOuterDisposeScope();
    }
}
