namespace SparseClip.Vlm.Data.Splits;

/// <summary>The icon families that nothing is trained on, because models are chosen and measured by them (docs/training.md, "Data").</summary>
public static class EvaluationFamilies
{
    /// <summary>The family that is looked at while recipes are compared.</summary>
    public const string Choosing = "fxemoji";

    /// <summary>The family of the final figures.</summary>
    public const string Final = "openmoji";

    /// <summary>What training leaves out of the split "train". The family of the final figures is in another split already.</summary>
    public static IReadOnlyList<string> Excluded { get; } = [Choosing];
}
