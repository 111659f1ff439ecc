using System.Text.RegularExpressions;

namespace SparseClip.Vlm.Core.Features;

/// <summary>The form of feature names: a word, and a number where several features have the same word; "feature 12" where no word activates one.</summary>
public static partial class FeatureName
{
    /// <summary>How many words stand in the place of a name.</summary>
    private const int WordsShown = 2;

    /// <summary>"word" for the first of its name, "word (2)" for the second.</summary>
    public static string Numbered(string word, int place) => place == 1 ? word : $"{word} ({place})";

    /// <summary>The name of a feature that no word activates.</summary>
    public static string Nameless(int feature) => $"feature {feature}";

    /// <summary>The word of a name, without its number.</summary>
    public static string Word(string name) => Number().Replace(name, "");

    /// <summary>Whether a name is that of one feature: a word with a number, however spaced, or the name of a nameless one.</summary>
    public static bool IsOfOne(string name) => Number().IsMatch(name) || NamelessForm().IsMatch(name);

    /// <summary>What people are shown: the name where it holds or nothing is known about it, else "unnamed" with the words that are near.</summary>
    public static string Shown(Feature feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return feature.Standing != NameStanding.Unnamed ? feature.Name
            : feature.Evidence!.Near.Count == 0 ? "unnamed"
            : $"unnamed (near: {string.Join(", ", feature.Evidence.Near.Take(WordsShown).Select(near => near.Word))})";
    }

    [GeneratedRegex(@"\s*\(\s*\d+\s*\)$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^feature\s+\d+$", RegexOptions.IgnoreCase)]
    private static partial Regex NamelessForm();
}
