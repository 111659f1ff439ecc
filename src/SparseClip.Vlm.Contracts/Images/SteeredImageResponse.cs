using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.Images;

/// <summary>A picture as the model sees it after edits.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Steering">What the edits did; null where there were none.</param>
/// <param name="Concepts">What the edited picture shows, first what speaks for most; empty for models without concepts.</param>
/// <param name="Features">The strongest features of the edited picture.</param>
public sealed record SteeredImageResponse(string Id, SteeringReport? Steering, IReadOnlyList<ImageConcept> Concepts, IReadOnlyList<ImageFeature> Features);
