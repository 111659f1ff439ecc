using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Training.Concepts;

namespace SparseClip.Vlm.Training.Features;

/// <summary>
/// Chooses the icons and drawings that show features and concepts, and writes small copies of them into one file within a number of bytes: first the best of every feature and concept, then the second
/// best and so on, each picture once. Photographs and what a licence does not let pass on are left out.
/// </summary>
/// <param name="set">The pictures' files.</param>
/// <param name="pictures">The pictures with their codes.</param>
/// <param name="options">How large and how many; null for the defaults.</param>
public sealed class ExemplarBuilder(LabelledSet set, IReadOnlyList<EncodedPicture> pictures, ExemplarOptions? options = null)
{
    /// <summary>Licences that let everybody pass on a smaller copy, with the names that the file keeps beside it.</summary>
    private static readonly HashSet<string> s_licences = new(["MIT", "Apache-2.0", "CC0", "CC0-1.0", "PD", "CC-BY-3.0", "CC-BY-4.0"], StringComparer.Ordinal);

    private readonly ExemplarOptions _options = options ?? new ExemplarOptions();
    private readonly EncodedPicture[] _drawn = [.. pictures.Where(picture => picture.Picture.Entry is { Kind: "icon" } entry && s_licences.Contains(entry.License))];

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="dimension">D.</param>
    /// <param name="table">The concepts, of which those get exemplars that pictures confirmed; null for none.</param>
    /// <param name="progress">Gets how many pictures were written; null for nobody.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <returns>How many pictures and bytes there are, and how many features and concepts have one at least.</returns>
    public ExemplarCount Write(string path, int dimension, ConceptTable? table, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var byFeature = OfFeatures(dimension);
        Concept[] concepts = [.. table?.All.Where(concept => concept.IsVerified) ?? []];
        int[][] byConcept = [.. concepts.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(concept => OfConcept(table!, concept))];
        int[][] wanted = [.. byConcept, .. byFeature];
        List<int>[] kept = [.. wanted.Select(_ => new List<int>())];
        var numbers = new Dictionary<int, int>(); // of pictures in the file, by their place
        using var writer = new ExemplarWriter(path, _options.Side);
        for (var rank = 0; rank < _options.Most; rank++)
        {
            foreach (var (places, its) in wanted.Zip(kept).Where(pair => rank < pair.First.Length))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!numbers.TryGetValue(places[rank], out var number))
                {
                    var picture = Small(_drawn[places[rank]].Picture);
                    if (writer.Bytes + picture.Length > _options.MostBytes)
                    {
                        continue;
                    }

                    numbers[places[rank]] = number = writer.Add(picture, Describe(_drawn[places[rank]].Picture));
                    progress?.Report(numbers.Count);
                }

                its.Add(number);
            }
        }

        var (ofConcepts, ofFeatures) = (kept[..concepts.Length], kept[concepts.Length..]);
        writer.Finish(
            [.. ofFeatures.Select(list => list.ToArray())],
            concepts.Zip(ofConcepts).Where(pair => pair.Second.Count > 0).ToDictionary(pair => pair.First.Word, pair => pair.Second.ToArray(), StringComparer.Ordinal));
        return new ExemplarCount(numbers.Count, new FileInfo(path).Length, ofFeatures.Count(list => list.Count > 0), ofConcepts.Count(list => list.Count > 0));
    }

    /// <summary>What photographs have of a feature counts for how much of it is much: an icon that has a trace of it does not show it.</summary>
    private int[][] OfFeatures(int dimension)
    {
        var (all, drawn) = (new FeatureActivations(dimension, [.. pictures.Select(picture => picture.Code)]), new FeatureActivations(dimension, [.. _drawn.Select(picture => picture.Code)]));
        return [.. Enumerable.Range(0, dimension).Select(feature => (Feature: feature, Least: _options.LeastShare * ActivationSummary.Quantile(all.Of(feature), ActivationSummary.P99)))
            .Select(wanted => Apart(drawn.Of(wanted.Feature).TakeWhile(active => active.Value >= wanted.Least).Select(active => active.Picture)))];
    }

    private int[] OfConcept(ConceptTable table, Concept concept) => Apart(_drawn.Index()
        .Select(picture => (picture.Index, table.In(concept, picture.Item.Code).Probability))
        .Where(shown => shown.Probability >= _options.LeastProbability).OrderByDescending(shown => shown.Probability).ThenBy(shown => shown.Index).Select(shown => shown.Index));

    /// <summary>Of one thing by one hand one picture.</summary>
    private int[] Apart(IEnumerable<int> places) => [.. places.DistinctBy(place => (_drawn[place].Label, _drawn[place].Picture.Entry!.Artist)).Take(_options.Most)];

    private byte[] Small(LabelledPicture picture) => WebpEncoder.Encode(EvaluationLoader.ToSquare(set.Read(picture), _options.Side, isIcon: true), _options.Side, _options.Quality);

    private static Exemplar Describe(LabelledPicture picture) => new(picture.Entry!.Key, picture.Label, picture.Entry.Source, picture.Entry.Artist, picture.Entry.License);
}

/// <summary>How many exemplars there are and what they look like.</summary>
public sealed record ExemplarOptions
{
    /// <summary>The side of the small copies in pixels.</summary>
    public int Side { get; init; } = 64;

    /// <summary>The quality of WebP, 0..100.</summary>
    public int Quality { get; init; } = 50;

    /// <summary>The most of a feature or concept.</summary>
    public int Most { get; init; } = 9;

    /// <summary>The most bytes of all pictures.</summary>
    public long MostBytes { get; init; } = 20_000_000;

    /// <summary>A picture that has less of a feature than this share of the value that 99 of 100 of its activations do not exceed does not show it, 0..1.</summary>
    public float LeastShare { get; init; } = 0.25f;

    /// <summary>Nor does one show a concept that is less likely, 0..1.</summary>
    public float LeastProbability { get; init; } = 0.5f;
}

/// <summary>What a file of exemplars holds.</summary>
/// <param name="Pictures">Pictures.</param>
/// <param name="Bytes">Bytes of the file.</param>
/// <param name="Features">Features that have one at least.</param>
/// <param name="Concepts">Concepts that have one at least.</param>
public sealed record ExemplarCount(int Pictures, long Bytes, int Features, int Concepts);
