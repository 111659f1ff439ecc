using System.Text.RegularExpressions;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>The form of feature names: a word, and a number where several features have the same word.</summary>
public static partial class FeatureName
{
    /// <summary>"word" for the first of its name, "word (2)" for the second.</summary>
    public static string Numbered(string word, int place) => place == 1 ? word : $"{word} ({place})";

    /// <summary>The word of a name, without its number.</summary>
    public static string Word(string name) => Number().Replace(name, "");

    [GeneratedRegex(@" \(\d+\)$")]
    private static partial Regex Number();
}
