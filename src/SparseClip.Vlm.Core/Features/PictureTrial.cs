namespace SparseClip.Vlm.Core.Features;

/// <summary>When pictures that had no part in finding something count as having confirmed it: the one rule for concepts and for the names of features.</summary>
public static class PictureTrial
{
    /// <summary>From this area under the curve of true over false positives on ...</summary>
    public const float LeastAuroc = 0.9f;

    /// <summary>... if it was measured on so many pictures.</summary>
    public const int FewestPictures = 3;

    /// <summary>Whether an area on so many pictures confirms.</summary>
    public static bool Confirms(float auroc, int pictures) => auroc >= LeastAuroc && pictures >= FewestPictures;
}
