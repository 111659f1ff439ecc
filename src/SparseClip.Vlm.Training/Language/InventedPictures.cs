using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Training.Language;

/// <summary>
/// Codes of pictures that do not exist: the text codes of words among as much that means nothing as in a picture's code, so that words without pictures can be learned from. What
/// means nothing is a training picture's code with every feature's number shifted. Each thing has a colour and a number.
/// </summary>
internal static class InventedPictures
{
    private const float LeastCosine = 0.38f, MostCosine = 0.72f;
    private const float LeastOfSecond = 0.6f;
    private const float LeastOfColour = 1.5f, MostOfColour = 5, MostOfOtherColour = 1.2f;
    private const float LeastOfNumber = 0.3f, MostOfNumber = 3;

    /// <summary>The code of a picture of one word or of two, each of which has a half of the picture.</summary>
    /// <param name="words">Text codes of one or two words.</param>
    /// <param name="like">Gives the lengths and the noise.</param>
    /// <param name="attributes">The features that are colours and numbers, the last ones of the codes; null for none.</param>
    /// <param name="random">Source of every choice.</param>
    public static InventedPicture Make(IReadOnlyList<SparseCode> words, ImageCode like, AttributeFeatures? attributes, SeededRandom random)
    {
        var features = attributes?.First ?? like.Pooled.Dimension;
        var shift = 1 + random.Next(features - 1);
        var cosine = random.Range(LeastCosine, MostCosine);
        var second = random.Range(LeastOfSecond, 1);
        var whole = words.Count == 1 ? Dense(words[0], 1) : Sum(Dense(words[0], 1), Dense(words[1], second));
        var (isBeside, isBefore) = (random.Chance(0.5), random.Chance(0.5));
        int[] colours = [.. words.Select(_ => random.Next(ColourNames.All.Count))];
        var count = 1 + random.Next(AttributeFeatures.Numbers.Count);
        var patches = new SparseCode[like.Patches.Count];
        var amount = random.Range(LeastOfColour, MostOfColour);
        for (var i = 0; i < patches.Length; i++)
        {
            var (row, column) = (i / like.GridWidth, i % like.GridWidth);
            var isFirst = (isBeside ? column < (like.GridWidth + 1) / 2 : row < (like.GridHeight + 1) / 2) == isBefore;
            var thing = isFirst ? 0 : words.Count - 1;
            var patch = Mix(Dense(words[thing], 1), like.Patches[i], shift, features, cosine * random.Range(0.5f, 1));
            Colour(patch, colours[thing], amount * random.Range(0.7f, 1));
            Colour(patch, random.Next(ColourNames.All.Count), random.Range(0, MostOfOtherColour));
            patches[i] = SparseCode.FromDense(patch);
        }

        var pooled = Mix(whole, like.Pooled, shift, features, cosine);
        foreach (var colour in colours)
        {
            Colour(pooled, colour, amount / words.Count);
        }

        if (attributes is not null)
        {
            pooled[attributes.Number(words.Count == 1 ? count : words.Count)] = random.Range(LeastOfNumber, MostOfNumber);
        }

        var relation = isBeside ? (isBefore ? SpatialRelation.LeftOf : SpatialRelation.RightOf) : isBefore ? SpatialRelation.Above : SpatialRelation.Below;
        return new InventedPicture(
            new ImageCode(SparseCode.FromDense(pooled), patches, like.GridHeight, like.GridWidth), words.Count == 1 ? null : relation,
            [.. colours.Select(colour => ColourNames.All[colour])], words.Count == 1 ? count : 1);

        void Colour(float[] code, int colour, float value)
        {
            if (attributes is not null)
            {
                code[attributes.Colour(colour)] += value;
            }
        }
    }

    /// <summary>As long as the code at hand, and at about a cosine to the meaning.</summary>
    private static float[] Mix(float[] meaning, SparseCode noise, int shift, int features, float cosine)
    {
        var length = noise.Norm;
        var of = MathF.Sqrt(meaning.Sum(value => value * value));
        var rest = MathF.Sqrt(1 - (cosine * cosine));
        var mixed = new float[meaning.Length];
        for (var i = 0; i < mixed.Length; i++)
        {
            mixed[i] = meaning[i] / of * cosine * length;
        }

        for (var i = 0; i < noise.L0 && noise.Indices[i] < features; i++)
        {
            mixed[(noise.Indices[i] + shift) % features] += noise.Values[i] * rest;
        }

        return mixed;
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

/// <summary>The code of a picture that does not exist, and what is true of it.</summary>
/// <param name="Code">The code.</param>
/// <param name="Relation">How the first of two words stands to the second; null for one word.</param>
/// <param name="Colours">The colour of each word.</param>
/// <param name="Count">How many there are of each word; one where there are two words.</param>
internal sealed record InventedPicture(ImageCode Code, SpatialRelation? Relation, IReadOnlyList<string> Colours, int Count);
