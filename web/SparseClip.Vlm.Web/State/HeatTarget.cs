namespace SparseClip.Vlm.Web.State;

/// <summary>What a heat map is of: a feature by its id, or a concept by its name.</summary>
/// <param name="Feature">The feature; null for a concept.</param>
/// <param name="Concept">The concept; null for a feature.</param>
public readonly record struct HeatTarget(int? Feature, string? Concept)
{
    public static HeatTarget Of(int feature) => new(feature, null);

    public static HeatTarget Of(string concept) => new(null, concept);
}
