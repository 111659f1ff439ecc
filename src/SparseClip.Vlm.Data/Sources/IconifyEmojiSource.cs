namespace SparseClip.Vlm.Data.Sources;

/// <summary>
/// An emoji set of Iconify: one icon for every base emoji. Sets that say which character an icon draws (<c>chars.json</c>) are
/// believed; in the others the icons are found by the names of the emoji.
/// </summary>
internal sealed class IconifyEmojiSource(string name, string artist, PackageReference package, string license, EmojiPackages emoji) : IPictureSource
{
    /// <summary>"train", or "validation" for a style that is never trained on.</summary>
    public string Split { get; init; } = "train";

    /// <summary>Which of an emoji's names the icons are called by; earlier ones are preferred.</summary>
    public IReadOnlyList<EmojiNameKind> NameOrder { get; init; } = [EmojiNameKind.Label, EmojiNameKind.Unicode, EmojiNameKind.Shortcode];

    public string Name => name;

    public string Artist => artist;

    public string Kind => "icon";

    public string Package => package.Id;

    public IReadOnlyList<PackageReference> Packages { get; } = [package, .. EmojiPackages.Packages];

    public string Fingerprint => "2";

    public OpenedSource Open(PackageFolders packages)
    {
        EmojiCatalogue catalogue = emoji.Open(packages);
        IconifySet set = IconifySet.Load(packages.Path(package, "package", "icons.json"));
        Dictionary<string, string> iconOf = ByCharacter(packages.Path(package, "package", "chars.json"), catalogue, set);
        if (iconOf.Count == 0)
        {
            iconOf = ByName(catalogue, set);
        }

        var position = set.Names.Select((icon, i) => (icon, i)).ToDictionary(p => p.icon, p => p.i, StringComparer.Ordinal);
        return OpenedSource.Of([.. iconOf
            .Select(p => (Emoji: catalogue.Find(p.Key)!, Icon: p.Value))
            .OrderBy(p => position.GetValueOrDefault(p.Icon, int.MaxValue)).ThenBy(p => p.Icon, StringComparer.Ordinal)
            .Select(p => new SourcePicture
            {
                Item = p.Icon,
                Label = p.Emoji.Label,
                Tags = p.Emoji.Tags,
                Category = p.Emoji.Category,
                Concept = p.Emoji.Concept,
                Concrete = p.Emoji.Concrete,
                License = license,
                Split = Split,
                Read = () => set.Svg(p.Icon),
            })]);
    }

    // Concept to icon.
    private static Dictionary<string, string> ByCharacter(string file, EmojiCatalogue catalogue, IconifySet set)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string characters, string icon) in JsonFile.Read(file, root => root.EnumerateObject().Select(c => (c.Name, c.Value.GetString()!)).ToList()))
        {
            string concept = EmojiCatalogue.Concept(characters);
            if (catalogue.Find(concept) is not null && set.Contains(icon) && !found.ContainsKey(concept) && taken.Add(icon))
            {
                found[concept] = icon;
            }
        }

        return found;
    }

    private Dictionary<string, string> ByName(EmojiCatalogue catalogue, IconifySet set)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (EmojiNameKind kind in NameOrder)
        {
            // Sets with several drawings of one emoji number them ("baby-1", "baby-2"): the first one counts.
            foreach (Func<string, string> spelling in new Func<string, string>[] { n => n, WithoutNumber })
            {
                foreach (string icon in set.Names)
                {
                    if (!taken.Contains(icon) && catalogue.Names.Find(kind, spelling(icon)) is { } concept && found.TryAdd(concept, icon))
                    {
                        taken.Add(icon);
                    }
                }
            }
        }

        return found;
    }

    private static string WithoutNumber(string name)
    {
        string stripped = name.TrimEnd("0123456789".ToCharArray());
        return stripped.Length < name.Length && stripped.EndsWith('-') ? stripped.TrimEnd('-') : name;
    }
}
