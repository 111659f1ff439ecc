using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Wording;

/// <summary>Finds the concepts whose codes lie nearest to a picture's, by cosine, as zero-shot classification does (Radford et al. 2021), times the concept's weight. Immutable, so thread-safe.</summary>
public sealed class ConceptIndex
{
    private readonly ConceptCode[] _concepts;
    private readonly (int Concept, float Value)[][] _byFeature; // [D]: which concepts have a feature, and how much of it

    /// <param name="concepts">Words with codes of length 1 and one dimension; at least one.</param>
    public ConceptIndex(IReadOnlyList<ConceptCode> concepts)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        ArgumentOutOfRangeException.ThrowIfZero(concepts.Count);
        _concepts = [.. concepts];
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
