using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>Which words may name a concept.</summary>
public static class ConceptWords
{
    /// <summary>The most characters of a word: it stands in every prompt about a picture that is near to it.</summary>
    public const int Longest = 80;

    /// <summary>The form in which a word that people give names a concept: "A Mug" is "mug".</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Noun.WithoutArticle(Noun.Normalize(text));
    }

    /// <summary>What is wrong with a word, as it goes into prompts and pages; null if nothing is.</summary>
    public static string? Problem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return string.IsNullOrWhiteSpace(word) || word.Length > Longest || word.Any(letter => char.IsControl(letter) || letter is '<' or '>' or '|')
            ? $"Its word must have 1 to {Longest} characters, without line ends and without <, > and |."
            : null;
    }

    /// <summary>What is wrong with a word that a concept is to be taught by, as <see cref="Of"/> gave it; null if nothing is.</summary>
    public static string? TeachingProblem(string word) => Problem(word)
        ?? (!word.Any(char.IsLetter) ? "Its word must have a letter."
            : FeatureName.IsOfOne(word) ? $"'{word}' is the form of a feature's own name; give a word without a number in brackets."
            : null);

    /// <summary>Why a word cannot be taught to a model; null if it can.</summary>
    /// <param name="word">The word, as <see cref="Of"/> gave it.</param>
    /// <param name="known">The concepts of the model, those that were taught with them; null for none.</param>
    /// <param name="isReplacing">Whether a concept of that name that was taught makes way.</param>
    public static string? Conflict(string word, ConceptTable? known, bool isReplacing) => known?.Find(word) switch
    {
        null => null,
        { Teaching: null } own => $"The model has a concept '{own.Word}' itself, which '{word}' means; teach yours by another word, such as 'my {word}'.",
        { } taught when taught.Word != word => $"A concept '{taught.Word}' was taught already, which '{word}' means too; teach yours by that word or another one.",
        _ => isReplacing ? null : AlreadyTaught(word),
    };

    /// <summary>Says that a concept of that name was taught before.</summary>
    public static string AlreadyTaught(string word) => $"A concept '{word}' was taught already; forget it first, or ask for it to be replaced.";
}
