using SparseClip.Vlm.Contracts.Features;

namespace SparseClip.Vlm.Contracts.Concepts;

/// <summary>All that is known about a concept.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Synonyms">Other words for it.</param>
/// <param name="Wider">Concepts that it is a kind of, the narrowest first.</param>
/// <param name="Verified">Whether pictures that had no part in finding it confirmed it.</param>
/// <param name="Evidence">How it did on those; null where none are known to show it.</param>
/// <param name="Prior">How often it is in the pictures that it was found by, 0..1.</param>
/// <param name="Features">The features that carry it, the one that counts most first.</param>
/// <param name="Taught">Whether a person taught it.</param>
/// <param name="Teaching">With what; null for a concept that the model came with.</param>
public sealed record ConceptDetail(
    string Name, IReadOnlyList<string> Synonyms, IReadOnlyList<string> Wider, bool Verified, ConceptEvidenceDto? Evidence, float Prior, IReadOnlyList<ConceptFeature> Features,
    bool Taught, TeachingDto? Teaching)
{
    /// <summary>Small pictures that show it, the clearest first.</summary>
    public IReadOnlyList<ExemplarDto> Exemplars { get; init; } = [];
}

/// <summary>A concept in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Verified">Whether pictures confirmed it.</param>
/// <param name="Auroc">How well it tells pictures that show it from others, 0..1; null where none are known to show it.</param>
/// <param name="Taught">Whether a person taught it.</param>
/// <param name="Teaching">With what; null for a concept that the model came with.</param>
public sealed record ConceptSummary(string Name, bool Verified, float? Auroc, bool Taught, TeachingDto? Teaching);

/// <summary>Concepts that fit a query.</summary>
/// <param name="Query">The query; null for the list of all.</param>
/// <param name="Concepts">Best first.</param>
public sealed record ConceptList(string? Query, IReadOnlyList<ConceptSummary> Concepts);

/// <summary>How well a concept tells pictures that show it from others, on pictures that had no part in finding it.</summary>
/// <param name="Auroc">The area under the curve of true over false positives, 0..1.</param>
/// <param name="Pictures">How many pictures show it.</param>
/// <param name="Others">How many do not.</param>
public sealed record ConceptEvidenceDto(float Auroc, int Pictures, int Others);

/// <summary>A feature that carries a concept.</summary>
/// <param name="Id">Its index in the sparse code.</param>
/// <param name="Name">Its name.</param>
/// <param name="Weight">By how much it raises the log odds: of a picture where nothing else is active, or, of one picture, what it contributes there.</param>
public sealed record ConceptFeature(int Id, string Name, float Weight);
