namespace SparseClip.Vlm.Training.Data.Building;

/// <summary>
/// The tenth of the photographs that is held out of training, chosen by a stable hash so that it is the same in every build and
/// can be told from the tar alone.
/// </summary>
public static class PhotographSplit
{
    /// <summary>"heldout" when FNV-1a (32 bits) of "source/key" is a multiple of 10, else "train".</summary>
    /// <param name="source">Name of the photograph set.</param>
    /// <param name="key">Key of the photograph in its own tar, such as "000001".</param>
    public static string Of(string source, string key) => StableHash.Fnv1a($"{source}/{key}") % 10 == 0 ? "heldout" : "train";
}
