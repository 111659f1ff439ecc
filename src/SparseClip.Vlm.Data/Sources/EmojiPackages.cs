using SparseClip.Vlm.Data.Lexicon;


namespace SparseClip.Vlm.Data.Sources;

/// <summary>The packages that name the emoji, read once for all emoji sources of a build.</summary>
internal sealed class EmojiPackages
{
    private readonly Lock gate = new();
    private EmojiCatalogue? catalogue;

    public static readonly PackageReference WordNetBase = PackageReference.Debian("wordnet-base");

    public static IReadOnlyList<PackageReference> Packages { get; } = [EmojiCatalogue.EmojibaseData, EmojiCatalogue.Emojilib, WordNetBase];

    /// <summary>Folder of WordNet's database files in the unpacked package.</summary>
    public static string WordNetFolder(PackageFolders packages) => packages.Path(WordNetBase, "usr", "share", "wordnet");

    public EmojiCatalogue Open(PackageFolders packages)
    {
        lock (gate)
        {
            return catalogue ??= EmojiCatalogue.Load(packages, new EmojiConcreteness(WordNet.Load(WordNetFolder(packages))));
        }
    }
}
