using System.Text.Encodings.Web;
using System.Text.Json;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Files;

namespace SparseClip.Vlm.Studies.Features;

/// <summary>
/// Writes a page on which all features of a bundle can be searched and looked at, without a network and without a server. The page itself holds what the list needs; the rest is split into
/// files that are read when a feature is opened, and exemplars lie beside it.
/// </summary>
public static class FeaturePages
{
    /// <summary>Features in one file of details.</summary>
    internal const int Chunk = 200;

    private const int WorstNamed = 20;
    private const int ConfidenceBins = 20;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        // It goes into scripts that stand on their own, where no letter needs to be hidden from HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes the page.</summary>
    /// <param name="folder">Where to; made if it does not exist. Files of an earlier page are written over.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="features">All features. [D]</param>
    /// <param name="exemplars">Small pictures of them; null for none.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    public static void Write(string folder, string model, IReadOnlyList<Feature> features, ExemplarFile? exemplars, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(features);
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        Directory.CreateDirectory(Path.Combine(folder, "exemplars"));
        for (var number = 0; number < (exemplars?.Count ?? 0); number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Put(Path.Combine(folder, "exemplars", $"{number}.webp"), exemplars!.Read(number));
        }

        foreach (var (place, chunk) in features.Chunk(Chunk).Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Script(Path.Combine(folder, "data", $"features-{place:d3}.js"), $"featurePage.details({place}, ", chunk.Select(feature => Detail(feature, exemplars)), ");");
        }

        Script(Path.Combine(folder, "data", "index.js"), "window.featureIndex = ", new
        {
            model,
            chunk = Chunk,
            standings = Enum.GetValues<NameStanding>().Select(Standing),
            counts = Enum.GetValues<NameStanding>().Select(standing => features.Count(feature => feature.Standing == standing)),
            confidence = Confidence(features),
            worst = Worst(features).Select(feature => feature.Id.Value),
            titles = features.Select(FeatureName.Shown),
            standing = features.Select(feature => (int)feature.Standing),
            area = features.Select(feature => feature.Evidence?.Auroc),
            density = features.Select(feature => MathF.Round(feature.Statistics?.Density ?? feature.Density, 5)),
            exemplar = features.Select(feature => exemplars?.OfFeature(feature.Id.Value) is [var first, ..] ? first : -1),
        }, ";");
        foreach (var name in (string[])["page.css", "page.js", "index.html"])
        {
            Put(Path.Combine(folder, name), Resource(name));
        }
    }

    /// <summary>How many features have an area in each of the equal bins from 0 to 1.</summary>
    internal static int[] Confidence(IReadOnlyList<Feature> features)
    {
        var bins = new int[ConfidenceBins];
        foreach (var area in features.Select(feature => feature.Evidence?.Auroc).OfType<float>())
        {
            bins[Math.Min((int)(area * ConfidenceBins), ConfidenceBins - 1)]++;
        }

        return bins;
    }

    /// <summary>Those with the smallest areas of all that enough pictures could tell about, the worst first.</summary>
    internal static IReadOnlyList<Feature> Worst(IReadOnlyList<Feature> features) =>
        [.. features.Where(feature => feature.Evidence is { Auroc: not null, Pictures: >= PictureTrial.FewestPictures }).OrderBy(feature => feature.Evidence!.Auroc).ThenBy(feature => feature.Id).Take(WorstNamed)];

    private static object Detail(Feature feature, ExemplarFile? exemplars) => new
    {
        name = feature.Name,
        words = feature.TopWords.Select(word => new { word.Word, word.Activation }),
        maximum = feature.Maximum,
        evidence = feature.Evidence is { } evidence ? new { evidence.Word, basis = evidence.Basis.Name(), evidence.Auroc, evidence.Pictures, evidence.Others, origin = evidence.Origin.Name(), evidence.Near } : null,
        statistics = feature.Statistics,
        causal = feature.Causal,
        exemplars = (exemplars?.OfFeature(feature.Id.Value) ?? []).Select(number => (Number: number, Of: exemplars![number]))
            .Select(entry => new { entry.Number, entry.Of.Label, entry.Of.Source, entry.Of.Artist, entry.Of.License }),
    };

    private static string Standing(NameStanding standing) => standing.ToString().ToLowerInvariant();

    private static void Script(string path, string before, object value, string after)
    {
        using var memory = new MemoryStream();
        memory.Write(System.Text.Encoding.UTF8.GetBytes(before));
        JsonSerializer.Serialize(memory, value, s_json);
        memory.Write(System.Text.Encoding.UTF8.GetBytes(after + "\n"));
        Put(path, memory.ToArray());
    }

    private static void Put(string path, byte[] bytes) => WholeFile.Write(path, beside => File.WriteAllBytes(beside, bytes));

    private static byte[] Resource(string name)
    {
        using var stream = typeof(FeaturePages).Assembly.GetManifestResourceStream("features-" + name) ?? throw new InvalidOperationException($"The assembly lacks its resource features-{name}.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
