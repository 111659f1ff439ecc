using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>What <see cref="LlamaForCausalLM.Backward"/> needs of a forward pass: about 12 KiB a layer and position for SmolLM2-135M in bfloat16.</summary>
public sealed class LlamaTape : IDisposable
{
    private readonly List<LayerTape> _layers = [];

    internal IReadOnlyList<LayerTape> Layers => _layers;

    /// <summary>The position of the first input, after those of the cache.</summary>
    internal long First { get; set; }

    /// <summary>What was added to the products; null for nothing.</summary>
    internal FoldedLora? Lora { get; set; }

    /// <summary>The normed states before the final weight, and their rows' factors.</summary>
    internal (Tensor Normed, Tensor Scale)? Final { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        Final?.Normed.Dispose();
        Final?.Scale.Dispose();
    }

    internal LayerTape Next()
    {
        var layer = new LayerTape();
        _layers.Add(layer);
        return layer;
    }
}
