using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>A word as people give it, in the form in which it is looked up: "A Horse" is "horse".</summary>
/// <param name="Text">Lower case, single spaces, no article; may be empty.</param>
internal readonly record struct AskedWord(string Text)
{
    /// <summary>The word of a query or a name.</summary>
    public static AskedWord Of(string text) => new(Noun.WithoutArticle(Noun.Normalize(text)));

    /// <summary>Whether it is something to read.</summary>
    public bool HasLetters => Text.Any(char.IsLetter);

    /// <summary>The forms under which names may have it: itself and, of a plural, the singular.</summary>
    public IReadOnlyList<string> Forms => Noun.Singular(Text) is var singular && singular == Text ? [Text] : [Text, singular];
}
