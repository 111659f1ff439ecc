namespace SparseClip.Vlm.Data.Scenes;

/// <summary>A rectangle in shares of the scene's side, 0..1 from the left and the top.</summary>
public readonly record struct SceneBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>As a share of the side.</summary>
    public float Width => Right - Left;

    /// <summary>As a share of the side.</summary>
    public float Height => Bottom - Top;

    /// <summary>The middle, from the left.</summary>
    public float CentreX => (Left + Right) / 2;

    /// <summary>The middle, from the top.</summary>
    public float CentreY => (Top + Bottom) / 2;
}

/// <summary>One thing in a scene.</summary>
/// <param name="Label">Normalised label.</param>
/// <param name="Colour">A basic colour name where one colour covers more than 55% of its visible pixels, else null.</param>
/// <param name="Box">The smallest box around its visible pixels.</param>
public sealed record SceneObject(string Label, string? Colour, SceneBox Box);

/// <summary>Where a thing is from another one's point of view.</summary>
public enum SpatialRelation
{
    LeftOf,
    RightOf,
    Above,
    Below,
}

/// <summary>What follows from a relation.</summary>
public static class SpatialRelations
{
    /// <summary>How the second stands to the first.</summary>
    public static SpatialRelation Opposite(this SpatialRelation relation) => relation switch
    {
        SpatialRelation.LeftOf => SpatialRelation.RightOf,
        SpatialRelation.RightOf => SpatialRelation.LeftOf,
        SpatialRelation.Above => SpatialRelation.Below,
        _ => SpatialRelation.Above,
    };
}

/// <summary>Everything that is true of a scene; the picture was drawn from it.</summary>
/// <param name="Objects">1 to 5 things in drawing order; boxes do not overlap.</param>
/// <param name="Background">"white", a colour name, "gradient", "pattern" or the label of the photograph behind.</param>
public sealed record SceneTruth(IReadOnlyList<SceneObject> Objects, string Background)
{
    /// <summary>The distinct labels in drawing order.</summary>
    public IReadOnlyList<string> Labels => [.. Objects.Select(o => o.Label).Distinct(StringComparer.Ordinal)];

    /// <summary>How many things carry the label.</summary>
    public int Count(string label) => Objects.Count(o => o.Label == label);

    /// <summary>The relation that says most about two objects: the direction in which their boxes are furthest apart; null where they overlap in both.</summary>
    public SpatialRelation? Relation(int a, int b)
    {
        var (x, y) = (Objects[a].Box, Objects[b].Box);
        var horizontal = Math.Max(y.Left - x.Right, x.Left - y.Right);
        var vertical = Math.Max(y.Top - x.Bottom, x.Top - y.Bottom);
        if (horizontal < 0 && vertical < 0)
        {
            return null;
        }

        return horizontal >= vertical
            ? x.CentreX < y.CentreX ? SpatialRelation.LeftOf : SpatialRelation.RightOf
            : x.CentreY < y.CentreY ? SpatialRelation.Above : SpatialRelation.Below;
    }
}
