using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>
/// What a person means by a word, as far as a tower has it: the features that carry the word, each with its weight. Whether a picture shows it follows from its code by a linear rule, so
/// that what the features contribute, and where in the picture, adds up exactly.
/// </summary>
/// <param name="Word">The word or phrase, as people say it, without an article.</param>
/// <param name="Weights">
/// The features and by how much each raises the log odds that a picture shows it, for a picture's code of length 1 (colours and numbers, which are shares, count as they are).
/// </param>
/// <param name="Offset">The log odds where none of them is active.</param>
/// <param name="Prior">How often it is in the pictures that the rule was found by, above 0 and below 1.</param>
public sealed record Concept(string Word, SparseCode Weights, float Offset, float Prior)
{
    /// <summary>The most features that carry a concept.</summary>
    public const int MostFeatures = 32;

    /// <summary>
    /// What the text tower says of the word, of length 1 and without colours and numbers: of concepts that a picture is likely to show, those whose word is nearer to it come first. Null to go by the weights alone.
    /// </summary>
    public SparseCode? Text { get; init; }

    /// <summary>Other words for it.</summary>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>Concepts that it is a kind of, the narrowest first.</summary>
    public IReadOnlyList<string> Wider { get; init; } = [];

    /// <summary>How it did on pictures that had no part in finding it; null where none are known to show it.</summary>
    public ConceptEvidence? Evidence { get; init; }

    /// <summary>
    /// What pictures that show it usually have of its features, in the code's own units: what "set" and "add" by its word count in. Null where too few pictures are known to show it.
    /// </summary>
    public SparseCode? Usual { get; init; }

    /// <summary>What taking it out and setting it did to answers; null where that was not tried.</summary>
    public ConceptSteering? Steering { get; init; }

    /// <summary>With what a person taught it; null for a concept that the bundle came with.</summary>
    public Teaching? Teaching { get; init; }

    /// <summary>Whether pictures have confirmed it.</summary>
    public bool IsVerified => Evidence is { } tried && PictureTrial.Confirms(tried.Auroc, tried.Pictures);

    /// <exception cref="FormatException">What a file says of a concept cannot be.</exception>
    internal static void Check(int features, float offset, float prior)
    {
        if (features is 0 or > MostFeatures)
        {
            throw new FormatException($"It has {features} features; a concept has 1 to {MostFeatures}.");
        }

        if (!float.IsFinite(offset) || prior is not (> 0 and < 1))
        {
            throw new FormatException(FormattableString.Invariant($"Its offset is {offset} and its prior {prior}; give a finite number and one between 0 and 1."));
        }
    }
}

/// <summary>How well a concept tells pictures that show it from others, on pictures that had no part in finding it.</summary>
/// <param name="Auroc">The probability that a picture which shows it has more of it than one which does not, 0..1.</param>
/// <param name="Pictures">How many pictures show it.</param>
/// <param name="Others">How many do not.</param>
public sealed record ConceptEvidence(float Auroc, int Pictures, int Others);

/// <summary>A concept as it stands in one picture.</summary>
/// <param name="Concept">The concept.</param>
/// <param name="Probability">That the picture shows it, 0..1.</param>
/// <param name="Rank">
/// How readily it is said, the highest first: the logarithm of by how much the picture raises its odds (of two that are as likely, the one that is rarer says more), and how near its word is.
/// </param>
public readonly record struct ConceptActivation(Concept Concept, float Probability, float Rank);

/// <summary>What an edit did to a concept of a picture.</summary>
/// <param name="Concept">The concept.</param>
/// <param name="Before">The probability that the picture shows it, 0..1.</param>
/// <param name="After">The same of the edited code.</param>
public readonly record struct ConceptChange(Concept Concept, float Before, float After);
