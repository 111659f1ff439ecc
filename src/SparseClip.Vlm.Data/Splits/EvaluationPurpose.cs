namespace SparseClip.Vlm.Data.Splits;

/// <summary>What pictures that nothing is trained on are looked at for.</summary>
public enum EvaluationPurpose
{
    /// <summary>To choose between recipes: the concrete items of FxEmojis and half of the held-out photographs.</summary>
    Choosing,

    /// <summary>For final figures: the concrete items of OpenMoji and the other half of the held-out photographs.</summary>
    Final,
}
