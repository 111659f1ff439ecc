using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Modeling.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>How much of every patch of a picture has each of the basic colours (<see cref="ColourNames"/>): read from its pixels, as no deep layer of a classifier tells it.</summary>
internal static class ColourShares
{
    private const int Levels = 64; // steps of a channel, each of 4 bytes' values
    private const double Step = 256.0 / Levels;

    private static readonly byte[] s_colours = [.. from red in Enumerable.Range(0, Levels)
                                                   from green in Enumerable.Range(0, Levels)
                                                   from blue in Enumerable.Range(0, Levels)
                                                   select (byte)ColourNames.Classify(Middle(red), Middle(green), Middle(blue))];

    /// <summary>The shares.</summary>
    /// <param name="pictures">[B, 3, S, S] normalised.</param>
    /// <param name="normalization">How they were normalised.</param>
    /// <param name="side">h, the patches along a side.</param>
    /// <returns>[B, colours, h, h] float32; of every patch they sum to 1.</returns>
    public static Tensor Of(Tensor pictures, PixelNormalization normalization, int side)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var channels = new[] { Levels * Levels, Levels, 1 }.Select((weight, i) => Level(pictures.select(1, i), normalization, i).Times(weight)).ToArray();
        var colours = tensor(s_colours).index_select(0, channels[0].Plus(channels[1]).Plus(channels[2]).flatten()).view(channels[0].shape); // [B, S, S]
        var shares = ColourNames.All.Select((_, i) => nn.functional.adaptive_avg_pool2d(colours.IsEqualTo(i).to_type(ScalarType.Float32).unsqueeze(1), [side, side])).ToArray();
        return cat(shares, 1).MoveToOuterDisposeScope();
    }

    /// <summary>The step of a channel's values. [B, S, S] int64</summary>
    private static Tensor Level(Tensor channel, PixelNormalization normalization, int i) => channel.to_type(ScalarType.Float32).Times(normalization.Std[i])
        .Plus(normalization.Mean[i] + 0.5).Over(Step).to_type(ScalarType.Int64).Within(0, Levels - 1);

    private static int Middle(int level) => (int)((level + 0.5) * Step);
}
