using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>A run of frozen layers of an EfficientNet-Lite, without gradient; owns its layers.</summary>
internal sealed class FoldedStack(FoldedConv? stem, IReadOnlyList<FoldedBlock> blocks, FoldedConv? head) : IDisposable
{
    /// <param name="x">[B, C, H, W] in the type of the layers.</param>
    /// <returns>[B, C', H', W'] channels-last</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = ChannelsLast.Of(x);
        y = stem?.Forward(y) ?? y;
        foreach (var block in blocks)
        {
            var next = block.Forward(y);
            y.Dispose();
            y = next;
        }

        y = head?.Forward(y) ?? y;
        return y.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        stem?.Dispose();
        head?.Dispose();
        foreach (var block in blocks)
        {
            block.Dispose();
        }
    }
}
