using SparseClip.Vlm.Data.Building;


namespace SparseClip.Vlm.Data.Sources;

/// <summary>Landscape photographs of Endless Sky that its copyright file calls public domain: backgrounds for scenes.</summary>
internal sealed class LandscapeSource : IPictureSource
{
    private static readonly PackageReference EndlessSky = PackageReference.Debian("endless-sky-data");

    private const string Folder = "images/land/";

    // File names that tell no scenery: photographers, agencies, numbers of places.
    private static readonly HashSet<string> NoScenery = ["earthrise", "loc", "nasa", "station"];

    public string Name => "endless-sky-land";

    public string Artist => "photo-bg";

    public string Kind => "background";

    public string Package => EndlessSky.Id;

    public IReadOnlyList<PackageReference> Packages { get; } = [EndlessSky];

    public string Fingerprint => "2";

    public string ShardPrefix => "backgrounds";

    public OpenedSource Open(PackageFolders packages)
    {
        string copyrightFile = packages.Path(EndlessSky, "usr", "share", "doc", "endless-sky-data", "copyright");
        if (!File.Exists(copyrightFile))
        {
            throw new DataBuildException($"Package 'endless-sky-data' has no '{copyrightFile}', so the licences of its pictures are unknown. Delete its folder in the cache and run the command again.");
        }

        DebianCopyright copyright = DebianCopyright.Parse(File.ReadLines(copyrightFile));
        string folder = packages.Path(EndlessSky, "usr", "share", "games", "endless-sky", "images", "land");
        return OpenedSource.Of([.. PackageFiles.List(folder, "*.jpg", EndlessSky)
            .Where(file => copyright.LicensesOf(Folder + Path.GetFileName(file), Folder) is { Count: > 0 } licenses && licenses.All(l => l == "public-domain"))
            .Select(file => new SourcePicture
            {
                Item = Path.GetFileName(file),
                Label = Scenery(Path.GetFileName(file)),
                Category = "landscape",
                License = "PD",
                Treatment = PictureTreatment.Background,
                Read = () => File.ReadAllBytes(file),
            })]);
    }

    private static string Scenery(string file)
    {
        string word = string.Concat(file.TakeWhile(char.IsAsciiLetter));
        return NoScenery.Contains(word) ? "" : word;
    }
}
