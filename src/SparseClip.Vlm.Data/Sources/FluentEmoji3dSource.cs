namespace SparseClip.Vlm.Data.Sources;

/// <summary>The rendered Fluent emoji: WebP files named by their code points.</summary>
internal sealed class FluentEmoji3dSource(EmojiPackages emoji) : IPictureSource
{
    private static readonly PackageReference Assets = PackageReference.Npm("@lobehub/fluent-emoji-3d", "1.1.0");

    public string Name => "fluent-3d";

    public string Artist => "fluent";

    public string Kind => "icon";

    public string Package => Assets.Id;

    public IReadOnlyList<PackageReference> Packages { get; } = [Assets, .. EmojiPackages.Packages];

    public string Fingerprint => "2";

    public OpenedSource Open(PackageFolders packages)
    {
        EmojiCatalogue catalogue = emoji.Open(packages);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var pictures = new List<SourcePicture>();
        foreach (string file in PackageFiles.List(packages.Path(Assets, "package", "assets"), "*.webp", Assets))
        {
            string item = Path.GetFileName(file);
            if (catalogue.Find(EmojiCatalogue.Concept(Path.GetFileNameWithoutExtension(item))) is { } found && taken.Add(found.Concept))
            {
                pictures.Add(new SourcePicture
                {
                    Item = item,
                    Label = found.Label,
                    Tags = found.Tags,
                    Category = found.Category,
                    Concept = found.Concept,
                    Concrete = found.Concrete,
                    License = "MIT",
                    Read = () => File.ReadAllBytes(file),
                });
            }
        }

        return OpenedSource.Of(pictures);
    }
}
