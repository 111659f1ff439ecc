using System.Text.RegularExpressions;
using SparseClip.Vlm.Data.Lexicon;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>
/// Clip art of the Open Clip Art Library that shows things: the PNG files of Debian's openclipart-png, with titles and keywords from the
/// SVG files of openclipart-svg.
/// </summary>
internal sealed class OpenClipartSource : IPictureSource
{
    private static readonly PackageReference Pictures = PackageReference.Debian("openclipart-png");
    private static readonly PackageReference Drawings = PackageReference.Debian("openclipart-svg");

    // Not: computer (user interface icons), shapes, signs_and_symbols, special, logos, buttons.
    private static readonly string[] Categories =
    [
        "animals", "buildings", "containers", "decorations", "education", "electronics", "food", "geography",
        "office", "people", "plants", "recreation", "science", "tools", "transportation", "unsorted",
    ];

    // Shorter "nouns" are letters, units and words of other languages.
    private const int ShortestNoun = 3;

    public string Name => "openclipart";

    public string Artist => "openclipart";

    public string Kind => "icon";

    public string Package => Pictures.Id;

    public IReadOnlyList<PackageReference> Packages { get; } = [Pictures, Drawings, EmojiPackages.WordNetBase];

    public string Fingerprint => "3";

    public bool DropsNearDuplicates => true;

    public OpenedSource Open(PackageFolders packages)
    {
        string root = packages.Path(Pictures, "usr", "share", "openclipart", "png");
        string drawings = packages.Path(Drawings, "usr", "share", "openclipart", "svg");
        Dictionary<string, string> drawingOf = PackageFiles.List(drawings, "*.svg*", Drawings)
            .GroupBy(BaseName, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

        WordNet wordNet = WordNet.Load(EmojiPackages.WordNetFolder(packages));
        var things = new ThingMeanings(wordNet);

        // A picture in several folders is a file in one of them and a link in the others.
        IEnumerable<IGrouping<string, string>> pictures = PackageFiles.List(root, "*.png", Pictures)
            .Where(f => Categories.Contains(Category(root, f)))
            .GroupBy(f => Path.GetFileName(f), StringComparer.Ordinal);
        var found = new List<SourcePicture>();
        foreach (IGrouping<string, string> places in pictures)
        {
            string file = places.FirstOrDefault(f => File.ResolveLinkTarget(f, false) is null) ?? places.First();
            string fileName = OpenClipartMetadata.Words(BaseName(file));
            if (drawingOf.TryGetValue(BaseName(file), out string? drawing) && OpenClipartMetadata.Read(drawing) is { PublicDomain: true } metadata
                && NamesThing(metadata.Label ?? fileName, wordNet, things))
            {
                found.Add(new SourcePicture
                {
                    Item = places.Key,
                    Label = metadata.Label ?? fileName,
                    Tags = metadata.Tags,
                    Category = Category(root, file),
                    License = "PD",
                    Treatment = PictureTreatment.TrimmedIcon,
                    Read = () => File.ReadAllBytes(file),
                });
            }
        }

        return OpenedSource.Of(found);
    }

    // Titles in other languages, names of authors and collections ("Various Cliparts") tell an English reader nothing; maps show no thing.
    private static bool NamesThing(string title, WordNet wordNet, ThingMeanings things)
    {
        string[] words = [.. Regex.Split(title, "[^A-Za-z]+").Where(w => w.Length >= ShortestNoun)];
        return !words.Any(w => w.Equals("map", StringComparison.OrdinalIgnoreCase) || w.Equals("maps", StringComparison.OrdinalIgnoreCase))
            && words.Any(w => wordNet.NounOf(w) is { } noun && wordNet.SynsetsOf(noun).Any(things.IsThing));
    }

    private static string BaseName(string file)
    {
        string name = Path.GetFileName(file);
        foreach (string suffix in new[] { ".svgz", ".svg.gz", ".svg", ".png" })
        {
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                return name[..^suffix.Length];
            }
        }

        return name;
    }

    private static string Category(string root, string file) => Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0];
}
