using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Imaging;

/// <summary>How RGB values 0..255 become a trunk's input: (value - mean) / std for each channel, both in units of 0..255.</summary>
/// <param name="Mean">Three values, red first.</param>
/// <param name="Std">Three positive values, red first.</param>
public sealed record PixelNormalization(
    [property: JsonPropertyName("mean")] IReadOnlyList<float> Mean,
    [property: JsonPropertyName("std")] IReadOnlyList<float> Std)
{
    /// <summary>From constants given for values of 0..1, as preprocessor configurations write them.</summary>
    public static PixelNormalization FromUnit(IReadOnlyList<float> mean, IReadOnlyList<float> std) =>
        new([.. mean.Select(v => v * 255f)], [.. std.Select(v => v * 255f)]);

    /// <summary>Normalises squares of bytes.</summary>
    /// <param name="pixels">[B, S, S, 3] uint8.</param>
    /// <returns>[B, 3, S, S] float32 with channels-last strides.</returns>
    public Tensor Apply(Tensor pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        using var scope = NewDisposeScope();
        var (mean, std) = (tensor(Mean.ToArray()), tensor(Std.ToArray()));
        return pixels.to_type(ScalarType.Float32).sub_(mean).div_(std).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Normalises one square of bytes, and brings its channels from the innermost place to the outermost.</summary>
    /// <param name="square">[S, S, 3] RGB bytes.</param>
    /// <param name="values">[3, S, S]; filled.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Apply(ReadOnlySpan<byte> square, Span<float> values)
    {
        if (square.Length != values.Length || square.Length % 3 != 0)
        {
            throw new ArgumentException($"{square.Length} bytes do not fill {values.Length} values.", nameof(values));
        }

        var plane = square.Length / 3;
        Span<float> table = stackalloc float[256];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var v = 0; v < 256; v++)
            {
                table[v] = (v - Mean[channel]) / Std[channel];
            }

            var target = values.Slice(channel * plane, plane);
            for (var i = 0; i < plane; i++)
            {
                target[i] = table[square[(3 * i) + channel]];
            }
        }
    }

    /// <summary>What is wrong with the values; null if nothing is.</summary>
    public string? Problem() =>
        Mean.Count != 3 || Std.Count != 3 || Mean.Any(v => !float.IsFinite(v)) || Std.Any(v => !(v > 0) || !float.IsFinite(v))
            ? $"a picture normalisation needs three means and three positive deviations, not mean [{string.Join(", ", Mean)}] and std [{string.Join(", ", Std)}]"
            : null;
}
