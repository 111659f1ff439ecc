using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Training.Language;

/// <summary>
/// Codes of pictures that do not exist: the text codes of words among as much that means nothing as in a picture's code, so that words without pictures can be learned from. What
/// means nothing is a training picture's code with every feature's number shifted.
/// </summary>
internal static class InventedPictures
{
    private const float LeastCosine = 0.38f, MostCosine = 0.72f;
    private const float LeastOfSecond = 0.6f;

    /// <summary>The code of a picture of one word or of two, each of which has a half of the picture.</summary>
    /// <param name="words">Text codes of one or two words.</param>
    /// <param name="like">Gives the lengths and the noise.</param>
    /// <param name="random">Source of every choice.</param>
    /// <returns>The code, and how the first of two words stands to the second; null for one word.</returns>
    public static (ImageCode Code, SpatialRelation? Relation) Make(IReadOnlyList<SparseCode> words, ImageCode like, SeededRandom random)
    {
        var dimension = like.Pooled.Dimension;
        var shift = 1 + random.Next(dimension - 1);
        var cosine = random.Range(LeastCosine, MostCosine);
        var second = random.Range(LeastOfSecond, 1);
        var whole = words.Count == 1 ? Dense(words[0], 1) : Sum(Dense(words[0], 1), Dense(words[1], second));
        var (isBeside, isBefore) = (random.Chance(0.5), random.Chance(0.5));
        var patches = new SparseCode[like.Patches.Count];
        for (var i = 0; i < patches.Length; i++)
        {
            var (row, column) = (i / like.GridWidth, i % like.GridWidth);
            var isFirst = (isBeside ? column < (like.GridWidth + 1) / 2 : row < (like.GridHeight + 1) / 2) == isBefore;
            patches[i] = Mix(Dense(words[isFirst ? 0 : ^1], 1), like.Patches[i], shift, cosine * random.Range(0.5f, 1));
        }

        var relation = isBeside ? (isBefore ? SpatialRelation.LeftOf : SpatialRelation.RightOf) : isBefore ? SpatialRelation.Above : SpatialRelation.Below;
        return (new ImageCode(Mix(whole, like.Pooled, shift, cosine), patches, like.GridHeight, like.GridWidth), words.Count == 1 ? null : relation);
    }

    /// <summary>As long as the code at hand, and at about a cosine to the meaning.</summary>
    private static SparseCode Mix(float[] meaning, SparseCode noise, int shift, float cosine)
    {
        var length = noise.Norm;
        var of = MathF.Sqrt(meaning.Sum(value => value * value));
        var rest = MathF.Sqrt(1 - (cosine * cosine));
        var mixed = new float[meaning.Length];
        for (var i = 0; i < mixed.Length; i++)
        {
            mixed[i] = meaning[i] / of * cosine * length;
        }

        for (var i = 0; i < noise.L0; i++)
        {
            mixed[(noise.Indices[i] + shift) % mixed.Length] += noise.Values[i] * rest;
        }

        return SparseCode.FromDense(mixed);
    }

    private static float[] Dense(SparseCode code, float factor)
    {
        var dense = new float[code.Dimension];
        var length = code.Norm;
        for (var i = 0; i < code.L0; i++)
        {
            dense[code.Indices[i]] = code.Values[i] / length * factor;
        }

        return dense;
    }

    private static float[] Sum(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
