using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>What a model can do with the concepts that people taught: those of its own tower join its table; of the others it says what is the matter with them.</summary>
/// <param name="Table">The model's concepts with the taught ones; null where there are none of either.</param>
/// <param name="Refused">Those that it cannot use, each with the reason.</param>
public sealed record TaughtConcepts(ConceptTable? Table, IReadOnlyList<RefusedConcept> Refused)
{
    /// <summary>Sorts concepts into those that a model uses and others.</summary>
    /// <param name="taught">The taught concepts, of any tower.</param>
    /// <param name="bundled">The concepts that the model's bundle came with; null for none.</param>
    /// <param name="tower">The SHA-256 of the model's tower.</param>
    /// <param name="dimension">D of the tower.</param>
    /// <param name="attributes">The features that are colours and numbers; null for none.</param>
    public static TaughtConcepts Of(IReadOnlyList<Concept> taught, ConceptTable? bundled, string tower, int dimension, AttributeFeatures? attributes)
    {
        ArgumentNullException.ThrowIfNull(taught);
        var refused = new List<RefusedConcept>();
        var used = new List<Concept>();
        foreach (var concept in taught)
        {
            if (Problem(concept) is { } problem)
            {
                refused.Add(new RefusedConcept(concept, problem));
            }
            else
            {
                // Among concepts that are likely the cosine with the word counts; of one that was taught it is that with its own features.
                used.Add(concept with { Text = concept.Weights.ToUnit() });
            }
        }

        // Those of people first: of a list of all they are what they look for.
        return new TaughtConcepts(used.Count == 0 ? bundled : new ConceptTable([.. used, .. bundled?.All ?? []], attributes), refused);

        string? Problem(Concept concept) =>
            concept.Teaching?.Tower != tower || concept.Weights.Dimension != dimension
                ? $"The concept '{concept.Word}' was taught for another tower ({concept.Teaching?.Tower[..12]}…, this one is {tower[..Math.Min(12, tower.Length)]}…), to which its features mean something else. It is kept; teach it again for this one."
                : bundled?.Find(concept.Word) is { } own ? $"The concept '{concept.Word}' was taught, and the model itself now has '{own.Word}'. It is kept and not used." : null;
    }
}

/// <summary>A taught concept that a model cannot use.</summary>
/// <param name="Concept">The concept.</param>
/// <param name="Reason">Why, and what to do, in a sentence.</param>
public sealed record RefusedConcept(Concept Concept, string Reason);
