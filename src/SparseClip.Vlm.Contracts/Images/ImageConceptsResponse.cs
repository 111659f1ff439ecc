using SparseClip.Vlm.Contracts.Concepts;

namespace SparseClip.Vlm.Contracts.Images;

/// <summary>What a picture shows.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Concepts">What it shows, first what its code speaks for most.</param>
public sealed record ImageConceptsResponse(string Id, IReadOnlyList<ImageConcept> Concepts);

/// <summary>A concept as it stands in one picture.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Probability">That the picture shows it, 0..1.</param>
/// <param name="Verified">Whether pictures confirmed the concept.</param>
/// <param name="Wider">Concepts that it is a kind of, the narrowest first.</param>
/// <param name="Features">The features that carry it here, each with what it contributes to the log odds, the most first.</param>
public sealed record ImageConcept(string Name, float Probability, bool Verified, IReadOnlyList<string> Wider, IReadOnlyList<ConceptFeature> Features);

/// <summary>Where in a picture a concept is.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Concept">Its name.</param>
/// <param name="Probability">That the picture shows it, 0..1.</param>
/// <param name="Width">Columns of the grid.</param>
/// <param name="Height">Rows of the grid.</param>
/// <param name="Values">By how much each patch raises the log odds, row by row: what each feature contributes to the whole, spread over the patches that have it by how much of their own code it is; 0 or more. [Height x Width]</param>
/// <param name="Pooled">The same of the whole picture: exactly the mean of the values.</param>
public sealed record ConceptHeatmapResponse(string Id, string Concept, float Probability, int Width, int Height, IReadOnlyList<float> Values, float Pooled);
