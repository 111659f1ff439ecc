using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>
/// Memory order [B, H, W, C] behind the shape [B, C, H, W]. Convolutions on a CPU run 2 to 5 times as fast in it. It is only a
/// matter of strides, and torch keeps them through convolutions, normalisations and elementwise operations.
/// </summary>
public static class ChannelsLast
{
    /// <summary>The same values, the channels innermost in memory; a copy unless they already are.</summary>
    /// <param name="x">[B, C, H, W], or convolution weights [out, in, kH, kW].</param>
    public static Tensor Of(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Uninitialised float32 values of that shape and memory order.</summary>
    public static Tensor Empty(long b, long c, long h, long w) => empty(b, h, w, c).permute(0, 3, 1, 2);
}
