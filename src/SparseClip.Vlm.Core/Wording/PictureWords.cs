using System.Globalization;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;

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

    /// <summary>What is nearest to a part is said from this nearness on ...</summary>
    public const float LeastOfPart = 0.25f;

    /// <summary>... and from this share of the nearness of the whole's nearest word on: a picture of one thing is nearer to its word than one of two.</summary>
    public const float ShareOfPart = 0.55f;

    /// <summary>Of words that differ by no more than this either may be the nearest.</summary>
    public const float Close = 0.04f;

    /// <summary>The most words of the whole in a list.</summary>
    public const int MostOfWhole = 4;

    /// <summary>The most words of parts in a list.</summary>
    public const int MostOfParts = 1;

    /// <summary>Words whose codes have this cosine say the same of a part: what the whole shows is not said of its parts again.</summary>
    private const float Alike = 0.5f;

    private const int MostSeen = 2;

    /// <summary>D of the codes.</summary>
    public int Dimension => concepts.Dimension;

    /// <summary>The words that fit a picture's code: what it shows, what its parts show, what it may show instead, each kind nearest first; empty where none fits, one at most without a list.</summary>
    public IReadOnlyList<SeenWord> Of(ImageCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (!isList)
        {
            return [.. Nearest(1).Select(near => Seen(near, Standing.Whole))];
        }

        var whole = Nearest(MostOfWhole);
        var seen = whole.TakeWhile(near => near.Nearness >= whole[0].Nearness - Close).Take(MostSeen).ToList();
        var parts = OfParts(code, seen);
        NearConcept[] there = [.. seen, .. parts];
        var (first, second) = there.Length == 2 ? CodePlaces.Of(code, concepts.CodeOf(there[0]), concepts.CodeOf(there[1])) : (null, null);
        return
        [
            .. there.Select((one, i) => Seen(one, i < seen.Count ? Standing.Whole : Standing.Part) with { Side = i == 0 ? first : second }),
            .. whole.Skip(seen.Count).Where(one => parts.TrueForAll(part => part.Word != one.Word)).Select(one => Seen(one, Standing.Maybe)),
        ];

        List<NearConcept> Nearest(int count) => [.. concepts.Nearest(code.Pooled, count).Where(near => near.Nearness >= Least)];
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

    /// <summary>"Seen: dog 57 left. In parts: sofa 38 right. Maybe: wolf 41, fox 33.", the numbers being hundredths.</summary>
    private static string List(IReadOnlyList<SeenWord> words)
    {
        return string.Join(' ', words.GroupBy(word => word.As).OrderBy(kind => kind.Key).Select(kind => $"{Heading(kind.Key)}: {string.Join(", ", kind.Select(Text))}."));

        static string Text(SeenWord word) => string.Create(CultureInfo.InvariantCulture, $"{word.Word} {word.Confidence * 100:F0}{(word.Side is { } side ? " " + side.Name() : "")}");

        static string Heading(Standing kind) => kind switch
        {
            Standing.Whole => "Seen",
            Standing.Part => "In parts",
            _ => "Maybe",
        };
    }

    /// <summary>What is nearest in some window and says something else than what the whole shows.</summary>
    private List<NearConcept> OfParts(ImageCode code, List<NearConcept> seen) => [.. CodeWindows.Of(code)
        .SelectMany(window => concepts.Nearest(window, 1))
        .Where(near => near.Nearness >= LeastOfPart && seen.TrueForAll(one => near.Nearness >= ShareOfPart * one.Nearness && concepts.CodeOf(one).Dot(concepts.CodeOf(near)) < Alike))
        .GroupBy(near => near.Word, StringComparer.Ordinal)
        .Select(same => same.MaxBy(near => near.Nearness))
        .OrderByDescending(near => near.Nearness).ThenBy(near => near.Word, StringComparer.Ordinal)
        .Take(MostOfParts)];

    private static SeenWord Seen(NearConcept near, Standing kind) => new(near.Word, Math.Min(1, MathF.Round(near.Nearness, 2)), kind);
}
