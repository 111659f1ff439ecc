using System.Runtime.Intrinsics;
using SparseClip.Vlm.Data.Randomness;

namespace SparseClip.Vlm.Data.Augmentation;

/// <summary>
/// An affine map of colours, applied to pixels multiplied by alpha: (r, g, b, a) -> r * Red + g * Green + b * Blue + a * Alpha, where
/// Alpha carries the offset and the opacity itself. Values 0..255.
/// </summary>
public readonly record struct ColourMatrix(Vector128<float> Red, Vector128<float> Green, Vector128<float> Blue, Vector128<float> Alpha)
{
    private const float LumaR = 0.299f, LumaG = 0.587f, LumaB = 0.114f;

    /// <summary>Everything visible takes one colour.</summary>
    public static ColourMatrix Flat(byte r, byte g, byte b) =>
        new(Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero, Vector128.Create(r / 255f, g / 255f, b / 255f, 1));

    /// <summary>Random brightness, contrast, saturation and hue.</summary>
    /// <param name="random">Source of the choice.</param>
    /// <param name="strength">1 for the usual spread: brightness and contrast +-25%, saturation +-35%, hue +-9 degrees.</param>
    /// <param name="grayChance">Probability of no colour at all.</param>
    public static ColourMatrix Jitter(SeededRandom random, float strength = 1, double grayChance = 0.04)
    {
        var brightness = 1 + random.Range(-0.25f * strength, 0.25f * strength);
        var contrast = 1 + random.Range(-0.25f * strength, 0.25f * strength);
        var saturation = random.Chance(grayChance) ? 0 : 1 + random.Range(-0.35f * strength, 0.35f * strength);
        var hue = random.Range(-0.16f * strength, 0.16f * strength);
        return Of(brightness * contrast, saturation, hue, 0.5f * (1 - contrast));
    }

    /// <summary>Gain, saturation about the luma, rotation of the hue in radians, offset in 0..1.</summary>
    public static ColourMatrix Of(float gain, float saturation, float hue, float offset)
    {
        // The hue turns about the gray axis (Haeberli 1993); luma is kept by the saturation step only.
        var (sin, cos) = MathF.SinCos(hue);
        var third = (1 - cos) / 3;
        var root = MathF.Sqrt(1 / 3f) * sin;
        Span<float> h =
        [
            cos + third, third - root, third + root,
            third + root, cos + third, third - root,
            third - root, third + root, cos + third,
        ]; // [output row, input column]
        Span<float> luma = [LumaR, LumaG, LumaB];
        Span<float> m = stackalloc float[9];
        for (var column = 0; column < 3; column++)
        {
            var gray = (luma[0] * h[column]) + (luma[1] * h[3 + column]) + (luma[2] * h[6 + column]);
            for (var row = 0; row < 3; row++)
            {
                m[(3 * row) + column] = gain * (gray + (saturation * (h[(3 * row) + column] - gray)));
            }
        }

        return new ColourMatrix(
            Vector128.Create(m[0], m[3], m[6], 0), Vector128.Create(m[1], m[4], m[7], 0), Vector128.Create(m[2], m[5], m[8], 0),
            Vector128.Create(offset, offset, offset, 1));
    }

    /// <summary>The map of one opaque colour.</summary>
    public (int R, int G, int B) Apply(int r, int g, int b)
    {
        var v = Vector128.Clamp((Red * r) + (Green * g) + (Blue * b) + (Alpha * 255), Vector128<float>.Zero, Vector128.Create(255f));
        return ((int)v[0], (int)v[1], (int)v[2]);
    }
}
