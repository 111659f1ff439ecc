using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Data.Splits;

/// <summary>
/// The tenth of the photographs that is held out of training, chosen by a stable hash so that it is the same in every build and
/// can be told from the tar alone; and its two halves, one to choose recipes by and one for final figures.
/// </summary>
public static class PhotographSplit
{
    /// <summary>"heldout" when FNV-1a (32 bits) of "source/key" is a multiple of 10, else "train".</summary>
    /// <param name="source">Name of the photograph set.</param>
    /// <param name="key">Key of the photograph in its own tar, such as "000001".</param>
    public static string Of(string source, string key) => StableHash.Fnv1a($"{source}/{key}") % 10 == 0 ? "heldout" : "train";

    /// <summary>Whether a picture of the data folder is a held-out photograph of the half to choose by: FNV-1a of its key there, divided by 10, is even.</summary>
    public static bool IsForChoosing(CatalogueEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return IsHeldOut(entry) && StableHash.Fnv1a(entry.Key) / 10 % 2 == 0;
    }

    /// <summary>Whether it is a held-out photograph of the other half, for final figures.</summary>
    public static bool IsForFinalFigures(CatalogueEntry entry) => IsHeldOut(entry) && !IsForChoosing(entry);

    private static bool IsHeldOut(CatalogueEntry entry) => entry is { Kind: "photo", Split: "heldout" };
}
