using SparseClip.Vlm.Contracts.Features;

namespace SparseClip.Vlm.Contracts.Images;

/// <summary>The strongest features of one picture.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Active">How many features the picture has in all (L0).</param>
/// <param name="Features">The strongest, strongest first.</param>
public sealed record ImageFeaturesResponse(string Id, int Active, IReadOnlyList<ImageFeature> Features);
