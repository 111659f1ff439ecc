using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>Finds the concepts whose codes lie nearest to a picture's, by cosine, as zero-shot classification does (Radford et al. 2021), times the concept's weight. Immutable, so thread-safe.</summary>
public sealed class ConceptIndex
{
    /// <summary>The most words of a concept that is looked for in a text.</summary>
    private const int LongestPhrase = 4;

    private readonly ConceptCode[] _concepts;
    private readonly Dictionary<string, int> _byWord;
    private static readonly char[] s_between = [' ', '\t', '\n', '\r', '.', ',', ';', ':', '?', '!', '"', '(', ')', '[', ']', '“', '”', '/'];
    private readonly (int Concept, float Value)[][] _byFeature; // [D]: which concepts have a feature, and how much of it

    /// <param name="concepts">Words with codes of length 1 and one dimension; at least one.</param>
    public ConceptIndex(IReadOnlyList<ConceptCode> concepts)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        ArgumentOutOfRangeException.ThrowIfZero(concepts.Count);
        _concepts = [.. concepts];
        _byWord = concepts.Index().GroupBy(concept => concept.Item.Word, StringComparer.OrdinalIgnoreCase).ToDictionary(same => same.Key, same => same.First().Index, StringComparer.OrdinalIgnoreCase);
        var lists = new List<(int, float)>?[concepts[0].Code.Dimension];
        foreach (var (number, concept) in concepts.Index())
        {
            for (var i = 0; i < concept.Code.L0; i++)
            {
                (lists[concept.Code.Indices[i]] ??= []).Add((number, concept.Weight * concept.Code.Values[i]));
            }
        }

        _byFeature = [.. lists.Select(list => list?.ToArray() ?? [])];
    }

    /// <summary>D of the codes.</summary>
    public int Dimension => _byFeature.Length;

    /// <summary>The words nearest to a code, nearest first; fewer than asked for where nothing more is in common.</summary>
    /// <param name="code">A pooled code, edited or not.</param>
    /// <param name="count">The most to give.</param>
    /// <exception cref="ArgumentException">The code is of another dimension.</exception>
    public IReadOnlyList<NearConcept> Nearest(SparseCode code, int count)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (code.Dimension != Dimension)
        {
            throw new ArgumentException($"A code of {code.Dimension} features cannot be compared with concepts of {Dimension}.", nameof(code));
        }

        var products = new float[_concepts.Length];
        for (var i = 0; i < code.L0; i++)
        {
            var value = code.Values[i];
            foreach (var (concept, weight) in _byFeature[code.Indices[i]])
            {
                products[concept] += value * weight;
            }
        }

        var length = code.Norm;
        return [.. products.Index()
            .Where(product => product.Item > 0)
            .OrderByDescending(product => product.Item)
            .Take(count)
            .Select(product => new NearConcept(_concepts[product.Index].Word, product.Item / length) { Number = product.Index })];
    }

    /// <summary>How near a concept is to a code.</summary>
    /// <param name="code">A code of the same dimension.</param>
    /// <param name="concept">One that this index found.</param>
    public NearConcept In(SparseCode code, NearConcept concept)
    {
        ArgumentNullException.ThrowIfNull(code);
        return concept with { Nearness = code.L0 > 0 ? _concepts[concept.Number].Weight * _concepts[concept.Number].Code.Dot(code) / code.Norm : 0 };
    }

    /// <summary>The concepts that a text names, in the singular or the plural, each once, in the order of the text; of phrases the longest. Their nearness is 0.</summary>
    public IReadOnlyList<NearConcept> NamedIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = text.ToLowerInvariant().Split(s_between, StringSplitOptions.RemoveEmptyEntries);
        var named = new List<NearConcept>();
        for (var start = 0; start < tokens.Length;)
        {
            var length = Enumerable.Range(1, Math.Min(LongestPhrase, tokens.Length - start)).Reverse().FirstOrDefault(count => Find(tokens, start, count) is not null);
            if (length > 0 && Find(tokens, start, length) is { } found && !named.Exists(other => other.Number == found.Number))
            {
                named.Add(found);
            }

            start += Math.Max(1, length);
        }

        return named;
    }

    private NearConcept? Find(string[] tokens, int start, int count)
    {
        var phrase = string.Join(' ', tokens, start, count);
        return _byWord.TryGetValue(phrase, out var number) || _byWord.TryGetValue(Noun.Singular(phrase), out number) ? new NearConcept(_concepts[number].Word, 0) { Number = number } : null;
    }

    /// <summary>The code of a concept that this index found, of length 1.</summary>
    public SparseCode CodeOf(NearConcept concept) => _concepts[concept.Number].Code;
}

/// <summary>A concept near to a code.</summary>
/// <param name="Word">The word.</param>
/// <param name="Nearness">The cosine of the two codes, above 0 to 1, times the concept's weight.</param>
public readonly record struct NearConcept(string Word, float Nearness)
{
    /// <summary>Its place in the index.</summary>
    internal int Number { get; init; }

    /// <summary>The concept that a person taught; null for one of the index.</summary>
    internal Concept? Taught { get; init; }
}
