namespace SparseClip.Vlm.Core.Language;

/// <summary>The eleven basic colour terms of English (Berlin and Kay 1969) over sRGB bytes.</summary>
public static class ColourNames
{
    /// <summary>Share of the visible pixels above which a thing is said to have a colour.</summary>
    public const double DominantShare = 0.55;

    /// <summary>The names, in American spelling.</summary>
    public static IReadOnlyList<string> All { get; } = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "gray"];

    private static readonly HashSet<string> Words = [.. All, "grey", "silver", "golden", "gold", "rainbow", "dark", "light"];

    /// <summary>Whether the label says a colour itself, as "green apple" does.</summary>
    public static bool ContainsColour(string label) => label.Split(' ', '-').Any(Words.Contains);

    /// <summary>Position in <see cref="All"/> of the colour's name.</summary>
    public static int Classify(int r, int g, int b)
    {
        var max = Math.Max(r, Math.Max(g, b));
        var min = Math.Min(r, Math.Min(g, b));
        var chroma = max - min;
        if (max < 50 || (max < 75 && chroma < 30))
        {
            return 8;
        }

        if (chroma < 26 || chroma * 8 < max)
        {
            return max > 215 ? 9 : 10;
        }

        var hue = max == r ? 60f * (g - b) / chroma : max == g ? 120 + (60f * (b - r) / chroma) : 240 + (60f * (r - g) / chroma);
        hue = hue < 0 ? hue + 360 : hue;
        var isDark = max < 165;
        return hue switch
        {
            < 14 => isDark && chroma < 90 ? 7 : min > 130 ? 6 : 0,
            < 42 => isDark || chroma * 2 < max ? 7 : 1,
            < 68 => isDark && max < 120 ? 7 : 2,
            < 165 => 3,
            < 255 => 4,
            < 292 => 5,
            < 340 => max > 190 ? 6 : 5,
            < 350 => min > 90 ? 6 : 0,
            _ => min > 130 ? 6 : isDark && chroma < 90 ? 7 : 0,
        };
    }
}
