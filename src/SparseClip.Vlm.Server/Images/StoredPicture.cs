using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.Images;

/// <summary>A picture from the store.</summary>
/// <param name="Seen">What the model saw.</param>
/// <param name="Cached">Whether its code was there already, so that nothing was encoded for this request.</param>
public readonly record struct StoredPicture(SeenPicture Seen, bool Cached);
