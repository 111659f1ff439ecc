using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>A feature that carries a concept.</summary>
/// <param name="Feature">Its index in the code.</param>
/// <param name="Score">How strongly, above 0: in units of the code, or times a picture's value of the feature.</param>
public readonly record struct Carrier(int Feature, float Score);

/// <summary>
/// Which features carry a concept, in training, search and steering alike. What counts is how far a word's activation lies above the feature's mean over all
/// words: features that answer to every word say nothing about this one.
/// </summary>
public static class Carriers
{
    /// <summary>The features that a word activates above their mean, strongest first; equals by their number.</summary>
    /// <param name="word">The text code of the word.</param>
    /// <param name="mean">The mean of each feature over all words. [D]</param>
    public static IReadOnlyList<Carrier> OfWord(SparseCode word, ReadOnlySpan<float> mean)
    {
        ArgumentNullException.ThrowIfNull(word);
        var carriers = new List<Carrier>(word.L0);
        for (var i = 0; i < word.L0; i++)
        {
            Keep(carriers, word.Indices[i], word.Values[i] - mean[word.Indices[i]]);
        }

        return StrongestFirst(carriers);
    }

    /// <summary>The features of a concept by their weights, strongest first; equals by their number.</summary>
    public static IReadOnlyList<Carrier> OfConcept(Concept concept)
    {
        ArgumentNullException.ThrowIfNull(concept);
        var carriers = new List<Carrier>(concept.Weights.L0);
        for (var i = 0; i < concept.Weights.L0; i++)
        {
            carriers.Add(new Carrier(concept.Weights.Indices[i], concept.Weights.Values[i]));
        }

        return StrongestFirst(carriers);
    }

    /// <summary>The features that carry the word in a picture: by the word's score times the picture's value, strongest first.</summary>
    /// <param name="ofWord">The word's carriers.</param>
    /// <param name="picture">The picture's pooled code.</param>
    public static IReadOnlyList<Carrier> InPicture(IReadOnlyList<Carrier> ofWord, SparseCode picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var dense = new float[picture.Dimension];
        picture.CopyTo(dense);
        return InPicture(ofWord, dense);
    }

    /// <inheritdoc cref="InPicture(IReadOnlyList{Carrier}, SparseCode)"/>
    /// <param name="ofWord">The word's carriers.</param>
    /// <param name="picture">The picture's pooled code. [D]</param>
    public static IReadOnlyList<Carrier> InPicture(IReadOnlyList<Carrier> ofWord, ReadOnlySpan<float> picture)
    {
        ArgumentNullException.ThrowIfNull(ofWord);
        var carriers = new List<Carrier>(ofWord.Count);
        foreach (var carrier in ofWord)
        {
            Keep(carriers, carrier.Feature, carrier.Score * picture[carrier.Feature]);
        }

        return StrongestFirst(carriers);
    }

    private static void Keep(List<Carrier> carriers, int feature, float score)
    {
        if (score > 0)
        {
            carriers.Add(new Carrier(feature, score));
        }
    }

    private static IReadOnlyList<Carrier> StrongestFirst(List<Carrier> carriers) => [.. carriers.OrderByDescending(carrier => carrier.Score)];
}
