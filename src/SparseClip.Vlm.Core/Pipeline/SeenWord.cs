using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>A word that is said of a picture.</summary>
/// <param name="Word">The concept's word, without an article.</param>
/// <param name="Confidence">The cosine of its code to the picture's, rounded to hundredths; above 0 to 1.</param>
/// <param name="As">How it stands to the picture.</param>
/// <param name="Side">On which side of the other one it is, where two things are seen apart; null for nothing to tell.</param>
/// <param name="Colour">Its colour, one of <see cref="ColourNames.All"/>; null where none stands out.</param>
/// <param name="Count">How many of it there are, 1 to 4; null for nothing to tell.</param>
public sealed record SeenWord(string Word, float Confidence, Standing As = Standing.Whole, Side? Side = null, string? Colour = null, int? Count = null);

/// <summary>How a word stands to a picture; see <see cref="SeenWords.Name(Standing)"/> for what it is called outside.</summary>
public enum Standing
{
    /// <summary>Nearest to the whole, or as good as nearest.</summary>
    Whole,

    /// <summary>Nearest to a part of the picture.</summary>
    Part,

    /// <summary>Near to the whole, but another one is nearer.</summary>
    Maybe,
}

/// <summary>A side of a picture.</summary>
public enum Side
{
    Left,
    Right,
    Top,
    Bottom,
}

/// <summary>What the kinds and sides are called in texts and interfaces.</summary>
public static class SeenWords
{
    /// <summary>"seen", "part" or "maybe".</summary>
    public static string Name(this Standing kind) => kind switch
    {
        Standing.Whole => "seen",
        Standing.Part => "part",
        _ => "maybe",
    };

    /// <summary>"left", "right", "top" or "bottom".</summary>
    public static string Name(this Side side) => side switch
    {
        Side.Left => "left",
        Side.Right => "right",
        Side.Top => "top",
        _ => "bottom",
    };
}
