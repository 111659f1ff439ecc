using SparseClip.Vlm.Data.Building;
using static SparseClip.Vlm.Data.Sources.PackageReference;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>Every source of pictures, with the package versions that were found good.</summary>
public static class PictureSources
{
    /// <summary>The icon sets, clip art, furniture and backgrounds, in the order in which they are built.</summary>
    public static IReadOnlyList<IPictureSource> All()
    {
        var emoji = new EmojiPackages();
        return
        [
            Iconify("noto", "noto", "1.2.9", "Apache-2.0"),
            Iconify("noto-v1", "noto-v1", "1.2.5", "Apache-2.0"),
            Iconify("twemoji", "twemoji", "1.2.5", "CC-BY-4.0"),
            Iconify("emojione", "emojione2", "1.2.3", "CC-BY-4.0"),
            new IconifyEmojiSource("fxemoji", "fxemoji", Npm("@iconify-json/fxemoji", "1.2.2"), "Apache-2.0", emoji)
            {
                // Its icons bear the formal Unicode names, where "sunglasses" is not what is called so today.
                NameOrder = [EmojiNameKind.Unicode, EmojiNameKind.Label, EmojiNameKind.Shortcode],
            },
            Iconify("fluent-emoji", "fluent", "1.2.7", "MIT"),
            Iconify("fluent-emoji-flat", "fluent", "1.2.6", "MIT"),
            new FluentEmoji3dSource(emoji),
            Iconify("streamline-emojis", "streamline", "1.2.4", "CC-BY-4.0"),
            new IconifyEmojiSource("openmoji", "openmoji", Npm("@iconify-json/openmoji", "1.2.29"), "CC-BY-SA-4.0", emoji) { Split = "validation" },
            new IconifyNamedSource("game-icons", Npm("@iconify-json/game-icons", "1.2.4"), "CC-BY-3.0", "silhouette"),
            new IconifyNamedSource("flat-color-icons", Npm("@iconify-json/flat-color-icons", "1.2.3"), "MIT", "ui") { NumbersCountVariants = true },
            new IconifyNamedSource("meteocons", Npm("@iconify-json/meteocons", "1.2.4"), "MIT", "ui") { NumbersCountVariants = true },
            new OpenClipartSource(),
            new FurnitureSource(),
            new LandscapeSource(),
        ];

        IconifyEmojiSource Iconify(string name, string artist, string version, string license) =>
            new(name, artist, Npm("@iconify-json/" + name, version), license, emoji);
    }

    /// <summary>The chosen sources and the photograph tars.</summary>
    /// <exception cref="DataBuildException">A name is unknown, or two sources have one name.</exception>
    public static IReadOnlyList<IPictureSource> Choose(IReadOnlyList<string>? names, IReadOnlyList<string> photographTars)
    {
        ArgumentNullException.ThrowIfNull(photographTars);
        IReadOnlyList<IPictureSource> all = All();
        if (names?.FirstOrDefault(n => all.All(s => s.Name != n)) is { } unknown)
        {
            throw new DataBuildException($"There is no source '{unknown}'. The sources are: {string.Join(", ", all.Select(s => s.Name))}.");
        }

        IReadOnlyList<IPictureSource> chosen = [.. all.Where(s => names is null || names.Contains(s.Name)), .. photographTars.Select(t => new PhotographTarSource(t))];
        if (chosen.GroupBy(s => s.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new DataBuildException($"Two sources are called '{twice.Key}'. Rename one of the photograph tars.");
        }

        return chosen;
    }
}
