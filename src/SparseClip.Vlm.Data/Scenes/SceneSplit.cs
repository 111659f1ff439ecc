using SparseClip.Vlm.Data.Randomness;

namespace SparseClip.Vlm.Data.Scenes;

/// <summary>The eighth of all pairs of things that never stand together in a training scene, chosen by a stable hash.</summary>
public static class SceneSplit
{
    /// <summary>Whether two labels, in any order, are kept for evaluation.</summary>
    public static bool IsHeldOut(string a, string b) =>
        StableHash.Fnv1a(string.CompareOrdinal(a, b) <= 0 ? $"{a}/{b}" : $"{b}/{a}") % 8 == 0;
}
