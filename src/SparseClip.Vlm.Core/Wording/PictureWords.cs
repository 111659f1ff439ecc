using System.Globalization;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>
/// What is said to the language model of a picture, by its code, edited or not: the nearest concept in a sentence of the model's own language, or, to a model that has
/// learned to read it, a list of the nearest concepts of the whole and of its parts with how near they are.
/// </summary>
/// <param name="concepts">The words to choose from.</param>
/// <param name="isList">Whether the language model reads the list.</param>
/// <param name="attributes">The features that are colours and numbers, which a list tells; null for none.</param>
public sealed class PictureWords(ConceptIndex concepts, bool isList = false, AttributeFeatures? attributes = null)
{
    /// <summary>Below this nearness a code is like no concept, and nothing is said.</summary>
    public const float Least = 0.15f;

    /// <summary>What is nearest to the rest of a picture is said from this nearness on ...</summary>
    public const float LeastOfPart = 0.21f;

    /// <summary>... and from this share of the nearness of the whole's nearest word on: a picture of one thing is nearer to its word than one of two.</summary>
    public const float ShareOfPart = 0.45f;

    /// <summary>Where the code tells that there is one thing, the rest is said from this share on ...</summary>
    private const float ShareOfPartOfOne = 0.6f;

    /// <summary>... and where it tells that there are two, from these on.</summary>
    private const float LeastOfOneOfTwo = 0.18f, ShareOfOneOfTwo = 0.35f;

    /// <summary>Of words that differ by no more than this either may be the nearest.</summary>
    public const float Close = 0.04f;

    /// <summary>The most words of the whole in a list.</summary>
    public const int MostOfWhole = 4;

    /// <summary>The most words of parts in a list.</summary>
    public const int MostOfParts = 1;

    /// <summary>What is nearest to the rest must be in the whole's code, too, if only a little: what it lacks altogether is the rest's own noise.</summary>
    private const float LeastOfPartInWhole = 0.09f;

    /// <summary>Words whose codes have this cosine say the same of a part: what the whole shows is not said of its parts again.</summary>
    private const float Alike = 0.5f;

    /// <summary>Two words of the whole whose codes have this cosine may be two words for one thing.</summary>
    private const float OneThing = 0.25f;

    private const int MostSeen = 2;

    /// <summary>
    /// What a question names is seen where it is this near to the picture, or to the rest beside what is seen first, as a share of the nearness of what is nearest there: of the many words for a thing the one that is
    /// asked for may be another than the nearest.
    /// </summary>
    public const float ShareOfAsked = 0.6f;

    /// <summary>The same of a word that an edit puts in: who says it means it, and pictures of wide words ("fish", "tree") are nearer to narrower ones.</summary>
    private const float ShareOfRaised = 0.3f;

    /// <summary>From this probability on a concept that a person taught is among the words.</summary>
    public const float LeastTaught = 0.3f;

    private readonly ConceptTable? _taught;

    /// <summary>D of the codes.</summary>
    public int Dimension => concepts.Dimension;

    /// <summary>The same with the concepts that people taught among the words.</summary>
    /// <param name="table">Has the taught concepts; null for none.</param>
    public PictureWords With(ConceptTable? table) => new(table, concepts, isList, attributes);

    private PictureWords(ConceptTable? table, ConceptIndex concepts, bool isList, AttributeFeatures? attributes) : this(concepts, isList, attributes) => _taught = table;

    /// <summary>The words that fit a picture's code: what it shows, what its parts show, what it may show instead, each kind nearest first; empty where none fits, one at most without a list.</summary>
    /// <param name="code">A picture's codes, edited or not.</param>
    /// <param name="questions">What is asked about it: of the words for a thing those go first that are asked for. Null for nothing.</param>
    /// <param name="raised">Words that edits put into the code: where it has them, they take the place of other words for the same. Null for none.</param>
    public IReadOnlyList<SeenWord> Of(ImageCode code, IEnumerable<string>? questions = null, IEnumerable<string>? raised = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        var taught = Taught(code.Pooled).Concat(Raised(code.Pooled, raised ?? [])).DistinctBy(near => near.Word).Take(MostSeen).ToList();
        if (!isList)
        {
            return [.. taught.Concat(Nearest(1)).Take(1).Select(near => Seen(near, Standing.Whole))];
        }

        var nearest = Nearest(MostOfWhole);
        // What a person taught or put in takes the place of the words for the same thing.
        var whole = nearest.FindAll(near => taught.TrueForAll(one => CodeOf(one).Dot(CodeOf(near)) < OneThing));
        var seen = taught.Concat(whole.TakeWhile(near => near.Nearness >= nearest[0].Nearness - Close)).Take(MostSeen).ToList();
        var told = Count(code.Pooled);
        var parts = OfParts(code, seen, told);
        Ask(code, questions ?? [], seen, parts, told);
        NearConcept[] there = [.. seen, .. parts];
        var isOne = there.Length < 2 || (parts.Count == 0 && (told == 1 || CodeOf(there[0]).Dot(CodeOf(there[1])) >= OneThing));
        var (first, second) = there.Length == 2 && !isOne ? CodePlaces.Of(code, CodeOf(there[0]), CodeOf(there[1])) : (null, null);
        return
        [
            .. there.Select((one, i) => Seen(one, i < seen.Count ? Standing.Whole : Standing.Part) with
            {
                Side = i == 0 ? first : second, Colour = attributes is null ? null : CodeColours.Of(code, isOne ? null : CodeOf(one), attributes), Count = isOne || told > there.Length ? (i == 0 ? told : null) : told == there.Length ? 1 : null,
            }),
            .. whole.Where(one => !there.Any(other => other.Word == one.Word)).Select(one => Seen(one, Standing.Maybe)),
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

    /// <summary>"Seen: dog 57 black. In parts: sofa 38 red. Maybe: wolf 41, fox 33. Places: dog left of sofa; sofa right of dog." Number: two." The numbers are hundredths.</summary>
    private static string List(IReadOnlyList<SeenWord> words)
    {
        var lists = words.GroupBy(word => word.As).OrderBy(kind => kind.Key).Select(kind => $"{Heading(kind.Key)}: {string.Join(", ", kind.Select(Text))}.");
        return string.Join(' ', [.. lists, .. Places(words), .. Number(words)]);

        static string Text(SeenWord word) => string.Create(CultureInfo.InvariantCulture, $"{word.Word} {word.Confidence * 100:F0}{(word.Colour is { } colour ? " " + colour : "")}");

        static string Heading(Standing kind) => kind switch
        {
            Standing.Whole => "Seen",
            Standing.Part => "In parts",
            _ => "Maybe",
        };
    }

    /// <summary>How two things stand to each other, from either's point of view: who reads has nothing to turn round.</summary>
    private static IEnumerable<string> Places(IReadOnlyList<SeenWord> words) => words is [{ Side: { } side } a, { Side: { } other } b, ..]
        ? [$"Places: {a.Word} {Towards(side)} {b.Word}; {b.Word} {Towards(other)} {a.Word}."]
        : [];

    private static string Towards(Side side) => side switch
    {
        Side.Left => "left of",
        Side.Right => "right of",
        Side.Top => "above",
        _ => "below",
    };

    /// <summary>How many things there are in all.</summary>
    private static IEnumerable<string> Number(IReadOnlyList<SeenWord> words) => words.Sum(word => word.Count ?? 0) is > 0 and var count ? [$"Number: {Noun.Number(count)}."] : [];

    /// <summary>The number whose feature is strongest; null where none is active.</summary>
    private int? Count(SparseCode pooled) => attributes is null ? null : Enumerable.Range(1, AttributeFeatures.Numbers.Count)
        .Select(count => (Count: count, Value: pooled[attributes.Number(count)])).Where(number => number.Value > 0).OrderByDescending(number => number.Value).Select(number => (int?)number.Count).FirstOrDefault();

    /// <summary>What is nearest to the rest of the picture, beside what is seen first, and says something else than what the whole shows.</summary>
    private List<NearConcept> OfParts(ImageCode code, List<NearConcept> seen, int? count) => seen.Count == 0 ? [] : [.. CodeRemainder.Of(code, CodeOf(seen[0]))
        .SelectMany(rest => concepts.Nearest(rest, 1))
        .Where(near => IsPart(near, seen, count) && concepts.In(code.Pooled, near).Nearness >= LeastOfPartInWhole)
        .GroupBy(near => near.Word, StringComparer.Ordinal)
        .Select(same => same.MaxBy(near => near.Nearness))
        .OrderByDescending(near => near.Nearness).ThenBy(near => near.Word, StringComparer.Ordinal)
        .Take(MostOfParts)];

    /// <summary>Puts what the questions name and the picture has in the place of other words for the same thing, or else among what is seen.</summary>
    private void Ask(ImageCode code, IEnumerable<string> questions, List<NearConcept> seen, List<NearConcept> parts, int? count)
    {
        if (seen.Count == 0)
        {
            return;
        }

        NearConcept[] asked = [.. questions.SelectMany(concepts.NamedIn).DistinctBy(named => named.Number).Where(named => !ColourNames.All.Contains(named.Word)).Select(named => concepts.In(code.Pooled, named))];
        NearConcept[] there = [.. asked.Where(near => near.Nearness >= Math.Max(Least, ShareOfAsked * seen[0].Nearness)).OrderByDescending(near => near.Nearness).Take(MostSeen)];
        var first = seen[0];
        if (there.Length == MostSeen)
        {
            seen.Clear();
            seen.AddRange(there);
        }
        else if (there.Length == 1 && !seen.Exists(one => one.Word == there[0].Word))
        {
            seen.RemoveRange(1, seen.Count - 1);
            seen.Add(there[0]);
        }

        parts.RemoveAll(part => there.Any(one => CodeOf(one).Dot(CodeOf(part)) >= OneThing));
        var besides = asked.Where(near => !seen.Exists(one => one.Word == near.Word)).SelectMany(near => OfRests(code, first, near))
            .Where(near => IsPart(near, seen, count)).OrderByDescending(near => near.Nearness).Take(MostOfParts).ToList();
        if (besides.Count > 0)
        {
            parts.Clear();
            parts.AddRange(besides);
        }
    }

    /// <summary>What a question names, as far as it is near to the rest of the picture beside what is seen first.</summary>
    private IEnumerable<NearConcept> OfRests(ImageCode code, NearConcept first, NearConcept asked) => CodeRemainder.Of(code, CodeOf(first))
        .Select(rest => (Near: concepts.In(rest, asked), Most: concepts.Nearest(rest, 1).Select(nearest => nearest.Nearness).FirstOrDefault()))
        .Where(rest => rest.Near.Nearness >= ShareOfAsked * rest.Most).Select(rest => rest.Near);

    private bool IsPart(NearConcept near, List<NearConcept> seen, int? count) =>
        near.Nearness >= (count == 2 ? LeastOfOneOfTwo : LeastOfPart) && seen.TrueForAll(one => near.Nearness >= Share(count) * one.Nearness && CodeOf(one).Dot(CodeOf(near)) < Alike);

    /// <summary>The concepts that people taught and the code shows, the most probable first; how near they are is the cosine of their features' weights to it.</summary>
    private List<NearConcept> Taught(SparseCode pooled) => _taught is null ? [] : [.. _taught.Taught
        .Select(concept => _taught.In(concept, pooled)).Where(active => active.Probability >= LeastTaught)
        .OrderByDescending(active => active.Probability).Take(MostSeen)
        .Select(active => new NearConcept(active.Concept.Word, active.Concept.Weights.ToUnit().Dot(pooled) / pooled.Norm) { Taught = active.Concept })];

    /// <summary>Of the words that edits put in, those that the code has, the nearest first.</summary>
    private IEnumerable<NearConcept> Raised(SparseCode pooled, IEnumerable<string> raised)
    {
        var most = concepts.Nearest(pooled, 1).Select(near => near.Nearness).FirstOrDefault();
        return raised.SelectMany(concepts.NamedIn).Where(named => !ColourNames.All.Contains(named.Word)).Select(named => concepts.In(pooled, named))
            .Where(near => near.Nearness >= Math.Max(Least, ShareOfRaised * most)).OrderByDescending(near => near.Nearness);
    }

    private SparseCode CodeOf(NearConcept near) => near.Taught?.Weights.ToUnit() ?? concepts.CodeOf(near);

    private static float Share(int? count) => count switch
    {
        1 => ShareOfPartOfOne,
        2 => ShareOfOneOfTwo,
        _ => ShareOfPart,
    };

    private static SeenWord Seen(NearConcept near, Standing kind) => new(near.Word, Math.Min(1, MathF.Round(near.Nearness, 2)), kind);
}
