using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Tests.Towers;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>A bundle of untrained parts around the language model of the default bundle. What it answers means nothing; how it answers is real.</summary>
internal static class TinyBundle
{
    public const string Name = "tiny";
    public const int Dimension = TinyTower.Dimension;
    private const int Width = 576; // of the language model

    /// <summary>Writes the bundle into a folder.</summary>
    public static Task WriteAsync(string folder) => TinyParts.PackAsync(
        folder,
        Name,
        TinyTower.Config with { Text = new TextTowerConfig([0], Width, 12, 10, 0), HeadBias = 0.2f },
        spread: 0.1f,
        RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"),
        _ => Enumerable.Range(0, Dimension).Select(ToRecord),
        [.. Enumerable.Range(0, Dimension).Select(id => new ConceptCode(NameOf(id), SparseCode.FromSorted(Dimension, [id], [1f])))],
        [
            new Concept("cat", SparseCode.FromSorted(Dimension, [1], [5f]), -3, 0.01f),
            new Concept(Everywhere, SparseCode.FromSorted(Dimension, [.. Enumerable.Range(0, Concept.MostFeatures)], [.. Enumerable.Repeat(2f, Concept.MostFeatures)]), -1, 0.1f)
            {
                Synonyms = ["stuff"], Wider = ["cat"], Evidence = new ConceptEvidence(0.95f, 12, 100),
                Usual = SparseCode.FromSorted(Dimension, [1, 5], [1f, 3f]), Steering = new ConceptSteering(2, 2, [new LevelTrial(1, 2, 2, 2, 0), new LevelTrial(2, 2, 2, 1, 1)]),
            },
        ],
        writer =>
        {
            writer.Add(WebpEncoder.Encode(new byte[8 * 8 * 3], 8, 50), new Exemplar("noto-cat", "cat", "noto", "noto", "Apache-2.0"));
            writer.Add(WebpEncoder.Encode([.. Enumerable.Repeat((byte)200, 8 * 8 * 3)], 8, 50), new Exemplar("noto-lion", "lion", "noto", "noto", "Apache-2.0"));
            writer.Finish([.. Enumerable.Range(0, Dimension).Select(id => id == 1 ? new[] { 1, 0 } : [])], new Dictionary<string, int[]> { ["cat"] = [0] });
        });

    /// <summary>A concept that every picture has something of.</summary>
    public const string Everywhere = "matter";

    /// <summary>The name of a feature of the bundle.</summary>
    public static string NameOf(int feature) => feature switch { 0 => "dog", 1 => "cat", 2 => "dog (2)", _ => $"feature {feature}" };

    private static FeatureRecord ToRecord(int id) => new(
        new Feature(new FeatureId(id), NameOf(id), [new FeatureWord(NameOf(id), 1f)], Maximum: 2f, Density: 0.1f, SafeMaximum: 1.5f, PatchMaximum: 4f)
        { Evidence = EvidenceOf(id), Statistics = id == 1 ? Statistics : null, Causal = id == 1 ? new CausalName("lion", false) : null },
        WordMean: 0f);

    /// <summary>Of the cat it is known that it holds, of the second dog that it does not; of others nothing.</summary>
    private static FeatureEvidence? EvidenceOf(int id) => id switch
    {
        1 => new FeatureEvidence("cat", NameBasis.Shown, 0.95f, 40, 500, NameOrigin.Found, [new NearWord("cat", 0.96f, 0.8f)]),
        2 => new FeatureEvidence("dog", NameBasis.Active, 0.6f, 40, 500, NameOrigin.Found, [new NearWord("wolf", 0.6f, 0.65f), new NearWord("dog", 0.6f, 0.6f)]),
        _ => null,
    };

    private static FeatureStatistics Statistics => new(
        540, 40, 2f, 1.9f, 0.4f, [.. Enumerable.Repeat(2, FeatureStatistics.Bins)], [new FeatureNeighbour(2, 0.5f, 0.25f)]);
}
