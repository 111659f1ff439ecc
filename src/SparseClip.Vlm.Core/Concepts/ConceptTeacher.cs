using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>
/// Makes a concept of a few pictures and a word, in closed form. The mean of the pictures' codes is what they have in common (a key of image codes, as in CPL, arXiv 2401.07457, section 3); the word's text
/// code is added where it means something; what any picture has is taken off; of the rest the strongest features stay. How the log odds follow from it was found on pictures for choosing
/// (docs/training-decisions.md, "Teaching").
/// </summary>
public static class ConceptTeacher
{
    /// <summary>The most pictures that a concept is taught with.</summary>
    public const int MostPictures = 10;

    /// <summary>How often a taught concept is taken to be in a picture.</summary>
    private const float Prior = 0.001f;

    /// <summary>A word that means something counts as much as what the pictures have in common.</summary>
    private const double TextWeight = 1;

    /// <summary>The cosine of two pictures of one thing, as it is on average: how much of one picture's code another one has.</summary>
    private const double Alike = 0.7;

    /// <summary>The log odds that a picture gains from nothing of a concept to as much as another picture of it has on average ...</summary>
    private const double Gain = 6.8;

    /// <summary>... and the share of that from which on it is more likely than not.</summary>
    private const double Half = 0.94;

    /// <summary>Makes the concept.</summary>
    /// <param name="word">What it is to be called.</param>
    /// <param name="pictures">The pooled codes of 1 to <see cref="MostPictures"/> pictures that show it; of any length.</param>
    /// <param name="text">The word's text code; null for a word that means nothing to the tower.</param>
    /// <param name="usual">What a picture has of each feature on average, of codes of length 1. [D]</param>
    /// <param name="attributes">The features that are colours and numbers: a taught concept does not go by them; null for none.</param>
    /// <returns>The concept, without a <see cref="Concept.Teaching"/>.</returns>
    /// <exception cref="ConceptTeachingException">The pictures have nothing in common that other pictures do not have.</exception>
    public static Concept Teach(string word, IReadOnlyList<SparseCode> pictures, SparseCode? text, ReadOnlySpan<float> usual, AttributeFeatures? attributes)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pictures.Count, MostPictures);
        ArgumentOutOfRangeException.ThrowIfNotEqual(usual.Length, pictures[0].Dimension);
        var units = pictures.Select((picture, place) => Unit(picture, attributes) ?? throw new ConceptTeachingException($"Picture {place + 1} shows the model nothing; give another one.")).ToList();
        var common = new float[usual.Length];
        units.ForEach(unit => Add(common, unit, 1));
        var length = Math.Sqrt(common.Sum(value => (double)value * value));
        for (var feature = 0; feature < common.Length; feature++)
        {
            common[feature] /= (float)length;
        }

        if (text is not null && Unit(text, attributes) is { } meaning)
        {
            Add(common, meaning, TextWeight);
        }

        for (var feature = 0; feature < common.Length; feature++)
        {
            common[feature] = Math.Max(0, common[feature] - usual[feature]);
        }

        var kept = Enumerable.Range(0, common.Length).Where(feature => common[feature] > 0).OrderByDescending(feature => common[feature]).Take(Concept.MostFeatures).Order().ToArray();
        if (kept.Length == 0)
        {
            throw new ConceptTeachingException($"The pictures have nothing in common that other pictures do not have; give pictures that show '{word}' large.");
        }

        var direction = SparseCode.FromSorted(common.Length, kept, [.. kept.Select(feature => common[feature])]);
        double elsewhere = 0;
        foreach (var feature in kept)
        {
            elsewhere += common[feature] * usual[feature];
        }

        return Calibrated(word, direction, elsewhere, units);
    }

    /// <summary>
    /// Of the pictures that taught it a concept has more than any other picture of the same thing will. With codes of which any two have the cosine r the mean of k has (1 + (k - 1) r) / k with each of its
    /// own and r with another one: by that ratio the scale is set.
    /// </summary>
    private static Concept Calibrated(string word, SparseCode direction, double elsewhere, List<SparseCode> units)
    {
        var own = units.Average(unit => (double)unit.Dot(direction)) - elsewhere;
        if (own <= 0)
        {
            throw new ConceptTeachingException($"The pictures have no more of '{word}' than others; give pictures that show it large.");
        }

        var expected = own * Alike * units.Count / (1 + ((units.Count - 1) * Alike));
        var scale = Gain / expected;
        var weights = SparseCode.FromSorted(direction.Dimension, direction.Indices, [.. direction.Values.ToArray().Select(value => (float)(value * scale))]);
        return new Concept(word, weights, (float)((-elsewhere * scale) - (Gain * Half)), Prior);
    }

    private static SparseCode? Unit(SparseCode code, AttributeFeatures? attributes) => (attributes?.Without(code) ?? code) is { L0: > 0 } things ? things.ToUnit() : null;

    private static void Add(float[] sum, SparseCode code, double factor)
    {
        for (var i = 0; i < code.L0; i++)
        {
            sum[code.Indices[i]] += (float)(factor * code.Values[i]);
        }
    }
}

/// <summary>Pictures that a concept cannot be taught with.</summary>
public sealed class ConceptTeachingException(string message) : SparseClipException(message);
