namespace SparseClip.Vlm.Data.Sources;

/// <summary>An icon set of Iconify whose icons are labelled by their own names ("crossed-bones": "crossed bones").</summary>
internal sealed class IconifyNamedSource(string name, PackageReference package, string license, string category) : IPictureSource
{
    /// <summary>Whether numbers in a name only count variants and are left out of the label ("uv-index-3": "uv index").</summary>
    public bool NumbersCountVariants { get; init; }

    public string Name => name;

    public string Artist => name;

    public string Kind => "icon";

    public string Package => package.Id;

    public IReadOnlyList<PackageReference> Packages { get; } = [package];

    public string Fingerprint => "1";

    public OpenedSource Open(PackageFolders packages)
    {
        IconifySet set = IconifySet.Load(packages.Path(package, "package", "icons.json"));
        return OpenedSource.Of([.. set.Names.Select(icon => new SourcePicture
        {
            Item = icon,
            Label = Label(icon),
            Category = category,
            License = license,
            Read = () => set.Svg(icon),
        })]);
    }

    private string Label(string icon)
    {
        string[] words = icon.Split('-', StringSplitOptions.RemoveEmptyEntries);
        string[] kept = NumbersCountVariants ? [.. words.Where(w => !w.All(char.IsAsciiDigit))] : words;
        return string.Join(' ', kept.Length > 0 ? kept : words);
    }
}
