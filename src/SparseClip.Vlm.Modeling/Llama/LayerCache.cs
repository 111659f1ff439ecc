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
        Keys = Keys?.expand(batch, -1, -1, -1).clone().DetachFromDisposeScope(),
        Values = Values?.expand(batch, -1, -1, -1).clone().DetachFromDisposeScope(),
    };

    public void Dispose()
    {
        Keys?.Dispose();
        Values?.Dispose();
    }
}
