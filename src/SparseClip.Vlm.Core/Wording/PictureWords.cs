using System.Globalization;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>
/// What is said to the language model of a picture, by its code, edited or not: the nearest concept in a sentence of the model's own language, or, to a model that has
/// learned to read it, a list of the nearest concepts of the whole and of its parts with how near they are.
/// </summary>
/// <param name="concepts">The words to choose from.</param>
/// <param name="isList">Whether the language model reads the list.</param>
public sealed class PictureWords(ConceptIndex concepts, bool isList = false)
{
    /// <summary>Below this nearness a code is like no concept, and nothing is said.</summary>
    public const float Least = 0.1f;

    /// <summary>The most words of the whole in a list.</summary>
    public const int MostOfWhole = 4;

    /// <summary>The most words of parts in a list.</summary>
    public const int MostOfParts = 2;

    /// <summary>D of the codes.</summary>
    public int Dimension => concepts.Dimension;

    /// <summary>The words that fit a picture's code, those of the whole first, each kind nearest first; empty where none does, one at most without a list.</summary>
    public IReadOnlyList<SeenWord> Of(ImageCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var whole = concepts.Nearest(code.Pooled, isList ? MostOfWhole : 1).Where(near => near.Nearness >= Least).Select(near => Seen(near, false)).ToList();
        return isList ? [.. whole, .. OfParts(code, whole)] : whole;
    }

    /// <summary>What is said of a picture before the first question; null for nothing.</summary>
    /// <param name="words">What <see cref="Of"/> gave.</param>
    public string? Say(IReadOnlyList<SeenWord> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Count == 0 ? null
            : isList ? List(words)
            : $"The picture shows {Noun.WithArticle(words[0].Word)}.";
    }

    /// <summary>"Seen: dog 57, wolf 41. In parts: sofa 38.", the numbers being hundredths.</summary>
    private static string List(IReadOnlyList<SeenWord> words)
    {
        var kinds = words.GroupBy(word => word.IsOfPart).OrderBy(kind => kind.Key);
        return string.Join(' ', kinds.Select(kind => $"{(kind.Key ? "In parts" : "Seen")}: {string.Join(", ", kind.Select(Text))}."));

        static string Text(SeenWord word) => string.Create(CultureInfo.InvariantCulture, $"{word.Word} {word.Confidence * 100:F0}");
    }

    /// <summary>What is nearest in some window and not said of the whole.</summary>
    private IEnumerable<SeenWord> OfParts(ImageCode code, List<SeenWord> whole) => CodeWindows.Of(code)
        .SelectMany(window => concepts.Nearest(window, 1))
        .Where(near => near.Nearness >= Least && whole.TrueForAll(word => word.Word != near.Word))
        .GroupBy(near => near.Word, StringComparer.Ordinal)
        .Select(same => same.MaxBy(near => near.Nearness))
        .OrderByDescending(near => near.Nearness).ThenBy(near => near.Word, StringComparer.Ordinal)
        .Take(MostOfParts)
        .Select(near => Seen(near, true));

    private static SeenWord Seen(NearConcept near, bool isOfPart) => new(near.Word, Math.Min(1, MathF.Round(near.Nearness, 2)), isOfPart);
}
