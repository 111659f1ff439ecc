using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>The concepts of a tower: which of them a picture shows, and which a word means. Immutable, so thread-safe.</summary>
public sealed class ConceptTable
{
    /// <summary>Less likely concepts are not listed of a picture unless somebody asks for them.</summary>
    public const float LeastListed = 0.25f;

    /// <summary>Where no thing is as likely, the best guess is listed, down to this probability.</summary>
    public const float LeastGuessed = 0.03f;

    /// <summary>A probability that an edit moves by less did not move, to the eye.</summary>
    public const float LeastMoved = 0.01f;

    /// <summary>Log odds beyond these say no more of a picture: no more certain is anything that some thousand pictures told.</summary>
    private const float MostCertain = 5f;

    /// <summary>A concept is not taken for rarer than this: how rare it is among some pictures says little where it was hardly met.</summary>
    private const float LeastPrior = 0.001f;

    /// <summary>What a cosine of 1 with the word counts for among concepts that are likely, in log odds. Chosen on FxEmojis and held-out photographs for choosing.</summary>
    private const float WeightOfText = 30f;

    private readonly (int Concept, float Weight)[][] _byFeature; // [D]
    private readonly (int Concept, float Value)[][] _byText; // [D]
    private readonly Dictionary<string, int> _byWord = new(StringComparer.OrdinalIgnoreCase);
    private readonly AttributeFeatures? _attributes;

    /// <param name="concepts">Concepts of one tower, each word once; at least one.</param>
    /// <param name="attributes">The features that are colours and numbers; null for none.</param>
    public ConceptTable(IReadOnlyList<Concept> concepts, AttributeFeatures? attributes)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        ArgumentOutOfRangeException.ThrowIfZero(concepts.Count);
        All = [.. concepts];
        _attributes = attributes;
        (_byFeature, _byText) = (ByFeature(concepts.Select(concept => concept.Weights)), ByFeature(concepts.Select(concept => concept.Text ?? SparseCode.FromSorted(concept.Weights.Dimension, [], []))));
        foreach (var (number, concept) in concepts.Index())
        {
            _byWord.Add(concept.Word, number);
        }

        // A word that is a concept of its own means that one, whatever it is a synonym of.
        foreach (var (number, concept) in concepts.Index())
        {
            foreach (var synonym in concept.Synonyms)
            {
                _byWord.TryAdd(synonym, number);
            }
        }

        Taught = [.. All.Where(concept => concept.Teaching is not null)];
    }

    /// <summary>All concepts.</summary>
    public IReadOnlyList<Concept> All { get; }

    /// <summary>Those that people taught.</summary>
    public IReadOnlyList<Concept> Taught { get; }

    /// <summary>D of the codes.</summary>
    public int Dimension => _byFeature.Length;

    /// <summary>The concept that a word means, by its name or a synonym, with or without an article, in the plural or not; null for none.</summary>
    public Concept? Find(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        var text = Noun.WithoutArticle(Noun.Normalize(word));
        return _byWord.TryGetValue(text, out var number) || _byWord.TryGetValue(Noun.Singular(text), out number) ? All[number] : null;
    }

    /// <summary>Concepts whose name or synonym fits a query, best first: the word itself, then names that contain it as a word, that begin with it, that are spelt with it.</summary>
    /// <param name="query">A word or the beginning of one.</param>
    /// <param name="count">The most to give.</param>
    public IReadOnlyList<Concept> Search(string query, int count)
    {
        ArgumentNullException.ThrowIfNull(query);
        var text = Noun.WithoutArticle(Noun.Normalize(query));
        if (text.Length == 0)
        {
            return [];
        }

        var meant = Find(text);
        return [.. All.Select(concept => (Concept: concept, Fit: concept == meant ? 10 : Math.Max(Fit(concept.Word), concept.Synonyms.Select(Fit).DefaultIfEmpty(0).Max() - 1)))
            .Where(found => found.Fit > 0)
            .OrderByDescending(found => found.Fit).ThenByDescending(found => found.Concept.IsVerified).ThenByDescending(found => found.Concept.Prior).ThenBy(found => found.Concept.Word, StringComparer.Ordinal)
            .Take(count).Select(found => found.Concept)];

        int Fit(string name) => name.Equals(text, StringComparison.OrdinalIgnoreCase) ? 8
            : $" {name} ".Contains($" {text} ", StringComparison.OrdinalIgnoreCase) ? 6
            : name.StartsWith(text, StringComparison.OrdinalIgnoreCase) ? 4
            : name.Contains(" " + text, StringComparison.OrdinalIgnoreCase) ? 2
            : 0;
    }

    /// <summary>What is listed of a picture: the concepts that it is likely to show; where no thing is among them, the best guess as well.</summary>
    /// <param name="code">A pooled code, edited or not.</param>
    /// <param name="count">The most to give.</param>
    public IReadOnlyList<ConceptActivation> Listed(SparseCode code, int count)
    {
        var shown = Shown(code, All.Count, LeastGuessed);
        var hasThing = shown.Any(active => active.Probability >= LeastListed && !IsAttribute(active.Concept));
        return [.. shown.Where((active, place) => active.Probability >= LeastListed || (place == 0 && !hasThing && !IsAttribute(active.Concept))).Take(count)];
    }

    /// <summary>The concepts that a picture shows, those that its code speaks for most first; colours behind the things that have them.</summary>
    /// <param name="code">A pooled code, edited or not.</param>
    /// <param name="count">The most to give.</param>
    /// <param name="least">The least probability, 0..1.</param>
    public IReadOnlyList<ConceptActivation> Shown(SparseCode code, int count, float least)
    {
        ArgumentNullException.ThrowIfNull(code);
        var (odds, nearness) = (new float[All.Count], new float[All.Count]);
        var isTouched = new bool[All.Count];
        var unit = Unit(code);
        for (var i = 0; i < code.L0; i++)
        {
            var value = Input(code, i, unit);
            foreach (var (concept, weight) in _byFeature[code.Indices[i]])
            {
                odds[concept] += value * weight;
                isTouched[concept] = true;
            }

            foreach (var (concept, share) in _byText[code.Indices[i]])
            {
                nearness[concept] += value * share;
            }
        }

        return [.. Enumerable.Range(0, odds.Length).Where(number => isTouched[number])
            .Select(number => Activation(All[number], odds[number] + All[number].Offset, nearness[number]))
            .Where(active => active.Probability >= least)
            .OrderBy(active => IsAttribute(active.Concept)).ThenByDescending(active => active.Rank).ThenBy(active => active.Concept.Word, StringComparer.Ordinal).Take(count)];
    }

    /// <summary>
    /// What an edit did to the concepts of a picture: those that are listed of it before or after and whose probability moved by <see cref="LeastMoved"/> or more, the ones that moved most first.
    /// </summary>
    /// <param name="before">The picture's own pooled code.</param>
    /// <param name="after">The edited one.</param>
    /// <param name="count">The most to give.</param>
    public IReadOnlyList<ConceptChange> Changed(SparseCode before, SparseCode after, int count)
    {
        var shown = Listed(before, All.Count).Concat(Listed(after, All.Count)).Select(active => active.Concept).Distinct();
        return [.. shown.Select(concept => new ConceptChange(concept, In(concept, before).Probability, In(concept, after).Probability))
            .Where(change => MathF.Abs(change.After - change.Before) >= LeastMoved)
            .OrderByDescending(change => MathF.Abs(change.After - change.Before)).ThenBy(change => change.Concept.Word, StringComparer.Ordinal).Take(count)];
    }

    /// <summary>A concept as it stands in a picture.</summary>
    /// <param name="concept">A concept of this tower, of the table or not.</param>
    /// <param name="code">A pooled code, edited or not.</param>
    public ConceptActivation In(Concept concept, SparseCode code)
    {
        ArgumentNullException.ThrowIfNull(concept);
        ArgumentNullException.ThrowIfNull(code);
        var unit = Unit(code);
        var nearness = concept.Text is not { } text ? 0 : Enumerable.Range(0, code.L0).Sum(i => text[code.Indices[i]] * Input(code, i, unit));
        return Activation(concept, concept.Offset + Parts(concept, code).Sum(part => part.Score), nearness);
    }

    /// <summary>What each feature contributes to the log odds of a concept in a picture, the most first; features that the picture does not have are left out.</summary>
    public IReadOnlyList<Carrier> Parts(Concept concept, SparseCode code)
    {
        ArgumentNullException.ThrowIfNull(concept);
        ArgumentNullException.ThrowIfNull(code);
        var parts = new List<Carrier>();
        var unit = Unit(code);
        for (var i = 0; i < code.L0; i++)
        {
            if (concept.Weights[code.Indices[i]] is > 0 and var weight)
            {
                parts.Add(new Carrier(code.Indices[i], weight * Input(code, i, unit)));
            }
        }

        return [.. parts.OrderByDescending(part => part.Score)];
    }

    /// <summary>
    /// Where in a picture a concept is. What each feature contributes to the log odds of the whole (<see cref="Parts"/>) is spread over the patches that have it, in proportion to how much of their own code it is, so
    /// that the mean over the patches is exactly what all features contribute. (Where a patch has much of everything, as at edges, that it has some of this says little.)
    /// </summary>
    /// <param name="concept">The concept.</param>
    /// <param name="code">The picture's codes, edited or not.</param>
    /// <returns>[GridHeight x GridWidth], row-major, in log odds, 0 or more.</returns>
    public float[] Map(Concept concept, ImageCode code)
    {
        ArgumentNullException.ThrowIfNull(concept);
        ArgumentNullException.ThrowIfNull(code);
        var map = new float[code.Patches.Count];
        float[] units = [.. code.Patches.Select(Unit)];
        foreach (var (feature, score) in Parts(concept, code.Pooled))
        {
            var isAttribute = _attributes?.Contains(feature) == true;
            float[] shares = [.. code.Patches.Select((patch, place) => patch[feature] / (isAttribute ? 1 : units[place]))];
            var sum = shares.Sum();
            for (var place = 0; place < map.Length; place++)
            {
                map[place] += score * (sum > 0 ? shares[place] / sum * map.Length : 1);
            }
        }

        return map;
    }

    /// <summary>Whether a concept is a colour or a number.</summary>
    private bool IsAttribute(Concept concept) => _attributes?.Contains(concept.Weights.Indices[0]) == true;

    /// <summary>The length of a code without its colours and numbers; 1 where nothing else is active.</summary>
    private float Unit(SparseCode code) => (_attributes?.Without(code) ?? code).Norm is > 0 and var length ? length : 1;

    private float Input(SparseCode code, int i, float unit) => _attributes?.Contains(code.Indices[i]) == true ? code.Values[i] : code.Values[i] / unit;

    private static ConceptActivation Activation(Concept concept, float odds, float nearness) =>
        new(concept, 1 / (1 + MathF.Exp(-odds)), MathF.Min(odds, MostCertain) - Odds(MathF.Max(concept.Prior, LeastPrior)) + (WeightOfText * nearness));

    /// <summary>Of each feature the codes that have it. [D]</summary>
    private static (int, float)[][] ByFeature(IEnumerable<SparseCode> codes)
    {
        List<(int, float)>?[]? lists = null;
        foreach (var (number, code) in codes.Index())
        {
            lists ??= new List<(int, float)>?[code.Dimension];
            for (var i = 0; i < code.L0; i++)
            {
                (lists[code.Indices[i]] ??= []).Add((number, code.Values[i]));
            }
        }

        return [.. lists!.Select(list => list?.ToArray() ?? [])];
    }

    private static float Odds(float probability) => MathF.Log(probability / (1 - probability));
}
