namespace SparseClip.Vlm.Data.Sources;

/// <summary>Where a name of an emoji comes from.</summary>
internal enum EmojiNameKind
{
    /// <summary>The short name in use today (CLDR).</summary>
    Label,

    /// <summary>The formal name of the character in Unicode.</summary>
    Unicode,

    /// <summary>A shortcode of a chat program or vendor.</summary>
    Shortcode,
}

/// <summary>The names of the emoji, compared by their letters and digits alone ("man's shoe" = "mans-shoe").</summary>
internal sealed class EmojiNames
{
    private readonly Dictionary<(EmojiNameKind Kind, string Name), string> concepts = [];

    /// <summary>Adds a name; the first emoji of a name keeps it.</summary>
    public void Add(EmojiNameKind kind, string name, string concept) => concepts.TryAdd((kind, Letters(name)), concept);

    /// <summary>The emoji of this name, or null.</summary>
    public string? Find(EmojiNameKind kind, string name) => concepts.GetValueOrDefault((kind, Letters(name)));

    private static string Letters(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsLetterOrDigit));
}
