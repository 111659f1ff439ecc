using SparseClip.Vlm.Training.Data.Building;

namespace SparseClip.Vlm.Training.Data;

/// <summary>What pictures that nothing is trained on are looked at for.</summary>
public enum EvaluationPurpose
{
    /// <summary>To choose between recipes: the concrete items of FxEmojis and half of the held-out photographs.</summary>
    Choosing,

    /// <summary>For final figures: the concrete items of OpenMoji and the other half of the held-out photographs.</summary>
    Final,
}

/// <summary>Which pictures of a data folder serve which purpose.</summary>
public static class EvaluationPictures
{
    /// <summary>Whether a picture serves it.</summary>
    public static bool Serves(this CatalogueEntry entry, EvaluationPurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return purpose == EvaluationPurpose.Choosing
            ? PhotographSplit.IsForChoosing(entry) || IsConcrete(entry, EvaluationFamilies.Choosing)
            : PhotographSplit.IsForFinalFigures(entry) || IsConcrete(entry, EvaluationFamilies.Final);
    }

    private static bool IsConcrete(CatalogueEntry entry, string family) => entry.Source == family && entry.Concrete == true;
}
