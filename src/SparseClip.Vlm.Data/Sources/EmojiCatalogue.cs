using System.Text.Json;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>One emoji.</summary>
/// <param name="Concept">Lower-case hexadecimal code points joined by "-", without variation selectors.</param>
/// <param name="Label">Its name, in lower case.</param>
/// <param name="Tags">Keywords, sorted.</param>
/// <param name="Category">Unicode's group, such as "Animals &amp; Nature".</param>
internal sealed record Emoji(string Concept, string Label, IReadOnlyList<string> Tags, string Category)
{
    public bool Concrete { get; init; }
}

/// <summary>
/// The base emoji (no skin tones, flags, components or regional letters) with names and tags of emojibase-data and
/// emojilib, and their other names.
/// </summary>
internal sealed class EmojiCatalogue
{
    public static readonly PackageReference EmojibaseData = PackageReference.Npm("emojibase-data", "17.0.0");
    public static readonly PackageReference Emojilib = PackageReference.Npm("emojilib", "4.0.3");

    // Few collections draw the emoji of later versions.
    private const double NewestVersion = 16;

    // Unicode's groups by emojibase's numbers; components (2) and flags (9) show no thing.
    private static readonly Dictionary<int, string> Groups = new()
    {
        [0] = "Smileys & Emotion",
        [1] = "People & Body",
        [3] = "Animals & Nature",
        [4] = "Food & Drink",
        [5] = "Travel & Places",
        [6] = "Activities",
        [7] = "Objects",
        [8] = "Symbols",
    };

    // In the order of trust where two collections give one name to different emoji.
    private static readonly string[] ShortcodeFiles = ["emojibase", "cldr", "github", "iamcal", "joypixels", "emojibase-legacy"];

    private readonly Dictionary<string, Emoji> byConcept;

    private EmojiCatalogue(Dictionary<string, Emoji> byConcept, EmojiNames names)
    {
        this.byConcept = byConcept;
        Names = names;
    }

    /// <summary>Finds emoji by one of their names.</summary>
    public EmojiNames Names { get; }

    public Emoji? Find(string concept) => byConcept.GetValueOrDefault(concept);

    /// <summary>Code points as the data sets write them ("1F469-200D-1F680", "2764-FE0F") in the catalogue's form.</summary>
    public static string Concept(string codePoints) =>
        string.Join('-', codePoints.ToLowerInvariant().Split('-').Where(c => c is not ("fe0f" or "fe0e")));

    public static EmojiCatalogue Load(PackageFolders packages, EmojiConcreteness concreteness)
    {
        Dictionary<string, string[]> keywords = JsonFile.Read(
            packages.Path(Emojilib, "package", "dist", "emoji-en-US.json"),
            root => root.EnumerateObject().ToDictionary(e => ConceptOf(e.Name), e => Strings(e.Value), StringComparer.Ordinal));
        Dictionary<string, Emoji> emoji = JsonFile.Read(
            packages.Path(EmojibaseData, "package", "en", "data.json"), root => Read(root, keywords, concreteness));
        var names = new EmojiNames();
        foreach (Emoji e in emoji.Values)
        {
            names.Add(EmojiNameKind.Label, e.Label, e.Concept);
        }

        AddNames(names, emoji, EmojiNameKind.Unicode, packages.Path(EmojibaseData, "package", "meta", "unicode-names.json"));
        foreach (string file in ShortcodeFiles)
        {
            AddNames(names, emoji, EmojiNameKind.Shortcode, packages.Path(EmojibaseData, "package", "en", "shortcodes", file + ".json"));
        }

        return new EmojiCatalogue(emoji, names);
    }

    private static Dictionary<string, Emoji> Read(JsonElement root, Dictionary<string, string[]> keywords, EmojiConcreteness concreteness)
    {
        var found = new Dictionary<string, Emoji>(StringComparer.Ordinal);
        foreach (JsonElement e in root.EnumerateArray())
        {
            if (!e.TryGetProperty("group", out JsonElement group) || !Groups.TryGetValue(group.GetInt32(), out string? category)
                || e.GetProperty("version").GetDouble() > NewestVersion)
            {
                continue;
            }

            string concept = Concept(e.GetProperty("hexcode").GetString()!);
            string label = e.GetProperty("label").GetString()!.ToLowerInvariant();
            IEnumerable<string> tags = e.TryGetProperty("tags", out JsonElement own) ? Strings(own) : [];
            tags = tags.Concat(keywords.GetValueOrDefault(concept, []).Select(k => k.Replace('_', ' ').Trim()));
            found[concept] = new Emoji(concept, label, [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], category)
            {
                Concrete = concreteness.Of(label, category),
            };
        }

        return found;
    }

    private static void AddNames(EmojiNames names, Dictionary<string, Emoji> emoji, EmojiNameKind kind, string file) =>
        JsonFile.Read(file, root =>
        {
            foreach (JsonProperty entry in root.EnumerateObject())
            {
                string concept = Concept(entry.Name);
                if (emoji.ContainsKey(concept))
                {
                    foreach (string name in entry.Value.ValueKind == JsonValueKind.Array ? Strings(entry.Value) : [entry.Value.GetString()!])
                    {
                        names.Add(kind, name, concept);
                    }
                }
            }

            return true;
        });

    private static string ConceptOf(string emoji) => Concept(string.Join('-', emoji.EnumerateRunes().Select(r => r.Value.ToString("x4"))));

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(t => t.GetString()!)];
}
