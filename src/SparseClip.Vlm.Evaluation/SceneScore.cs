namespace SparseClip.Vlm.Evaluation;

/// <summary>How a tower sees scenes of two things.</summary>
/// <param name="BothInTop5">The share of scenes both of whose labels are among the five nearest, 0..1.</param>
/// <param name="BothInTop5OfWindows">The same with each label's best cosine over the windows of the picture (<see cref="PictureWindows"/>), 0..1.</param>
/// <param name="OneFirst">The share of scenes whose nearest label is one of the two, 0..1.</param>
/// <param name="Pointing">The share of things in whose box the map of their named feature has its peak, 0..1 (the pointing game).</param>
/// <param name="Mass">The share of things in whose box more of the map's positive mass lies than in the other thing's, 0..1.</param>
/// <param name="BoxTop1">The share of things whose label is the nearest to the code of their box alone, 0..1 (the paper's box classification, table 1).</param>
/// <param name="Mapped">The share of things that have a named feature in the picture at all, 0..1; the others count as misses.</param>
/// <param name="L0">The mean share of active features in the image codes, 0..1.</param>
/// <param name="Labels">The number of classes.</param>
/// <param name="Scenes">The number of scenes.</param>
/// <param name="Grid">Patches along one side of the maps.</param>
public sealed record SceneScore(
    double BothInTop5, double BothInTop5OfWindows, double OneFirst, double Pointing, double Mass, double BoxTop1, double Mapped, double L0, int Labels, int Scenes, int Grid)
{
    /// <summary>The share of things that are concepts in whose box the concept's map has its peak, 0..1; null where concepts were not asked for.</summary>
    public double? ConceptPointing { get; init; }

    /// <summary>The share of things that are concepts, 0..1.</summary>
    public double ConceptsMapped { get; init; }
}
