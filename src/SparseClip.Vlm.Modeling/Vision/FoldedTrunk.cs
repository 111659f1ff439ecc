using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>The frozen layers of an EfficientNet-Lite, folded; owns them.</summary>
/// <param name="low">Everything below the cut, or below the kept top where that begins before the cut.</param>
/// <param name="tuned">What lies between the beginning of the kept top and the cut; null where the cut is no later.</param>
/// <param name="kept">The kept top; null for none.</param>
internal sealed class FoldedTrunk(FoldedStack low, FoldedStack? tuned, FoldedStack? kept) : IDisposable
{
    /// <summary>The states at the cut; where the kept top begins before it, they are followed by its own as further channels.</summary>
    /// <param name="pictures">[B, 3, S, S] in the type of the layers.</param>
    public Tensor Forward(Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var x = low.Forward(pictures);
        return (tuned is null ? x : ChannelsLast.Of(cat([tuned.Forward(x), kept!.Forward(x)], 1))).MoveToOuterDisposeScope();
    }

    /// <summary>What the kept top makes of the states that it begins from. [B, C, h, w] -> [B, d, h, w]</summary>
    public Tensor Keep(Tensor states) => kept!.Forward(states);

    public void Dispose()
    {
        low.Dispose();
        tuned?.Dispose();
        kept?.Dispose();
    }
}
