using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Training.Concepts;

/// <summary>A word that is to become a concept.</summary>
/// <param name="Word">In lower case, without an article.</param>
/// <param name="Code">Its text code, of length 1.</param>
/// <param name="Synonyms">Other words for it.</param>
/// <param name="Wider">Words of the same list that it is a kind of, the narrowest first.</param>
public sealed record ConceptWord(string Word, SparseCode Code, IReadOnlyList<string> Synonyms, IReadOnlyList<string> Wider);

/// <summary>A picture of which something is known.</summary>
/// <param name="Code">Its pooled code.</param>
/// <param name="Label">What it shows, normalised.</param>
/// <param name="Tags">Further words that may be true of it, normalised.</param>
public sealed record ShownPicture(SparseCode Code, string Label, IReadOnlyList<string> Tags)
{
    /// <summary>A picture with what is written beside it.</summary>
    public static ShownPicture Of(LabelledPicture picture, SparseCode code)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return new ShownPicture(code, Noun.Normalize(picture.Label), TagsOf(picture));
    }

    /// <summary>The places of the concepts that a picture shows, by what is written beside it.</summary>
    public static IReadOnlySet<int> Shows(LabelledPicture picture, ConceptTruth truth)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(truth);
        return truth.Of(Noun.Normalize(picture.Label), TagsOf(picture)).Shown;
    }

    private static string[] TagsOf(LabelledPicture picture) => [.. (picture.Entry?.Tags ?? []).Select(Noun.Normalize)];
}
