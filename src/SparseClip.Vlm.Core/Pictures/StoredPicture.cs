namespace SparseClip.Vlm.Core.Pictures;

/// <summary>A picture and whether it had to be encoded for this request.</summary>
/// <param name="Seen">What the model saw.</param>
/// <param name="Cached">Whether its code was there already.</param>
public readonly record struct StoredPicture(SeenPicture Seen, bool Cached)
{
    /// <summary>What decoding and encoding took of this request's time; 0 when nothing had to be done.</summary>
    public double VisionMilliseconds => Cached ? 0 : Seen.EncodeMilliseconds;
}
