using SparseClip.Vlm.Data.Shards;


namespace SparseClip.Vlm.Data.Splits;

/// <summary>Which pictures of a data folder serve which purpose.</summary>
public static class EvaluationPictures
{
    /// <summary>Whether a picture serves it.</summary>
    public static bool Serves(this CatalogueEntry entry, EvaluationPurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return purpose == EvaluationPurpose.Choosing
            ? PhotographSplit.IsForChoosing(entry) || entry.IsConcreteOf(EvaluationFamilies.Choosing)
            : PhotographSplit.IsForFinalFigures(entry) || entry.IsConcreteOf(EvaluationFamilies.Final);
    }

    /// <summary>Whether it is an icon of a family and shows a concrete thing.</summary>
    public static bool IsConcreteOf(this CatalogueEntry entry, string family)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Source == family && entry.Concrete == true;
    }
}
