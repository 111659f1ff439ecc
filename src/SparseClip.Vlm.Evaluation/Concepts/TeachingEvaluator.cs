using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Data.Randomness;

namespace SparseClip.Vlm.Evaluation.Concepts;

/// <summary>
/// Teaches kinds of things with some of a set's pictures and finds them among the others (<see cref="ConceptTeacher"/>). Nothing that is known of the labels but which pictures teach goes into a concept.
/// </summary>
/// <param name="codes">The pooled codes of the pictures. [N]</param>
/// <param name="kinds">The kinds with their pictures.</param>
/// <param name="text">What a word means to the text tower; null for nothing.</param>
/// <param name="features">The features of the tower. [D]</param>
/// <param name="attributes">Those that are colours and numbers; null for none.</param>
public sealed class TeachingEvaluator(
    IReadOnlyList<SparseCode> codes, IReadOnlyList<(string Word, IReadOnlyList<int> Pictures)> kinds, Func<string, SparseCode?> text, IReadOnlyList<Feature> features, AttributeFeatures? attributes)
{
    private const int Seed = 1;
    private readonly SparseCode[] _units = [.. codes.Select(code => attributes?.Without(code) ?? code).Select(code => code.L0 > 0 ? code.ToUnit() : code)];
    private readonly float[] _usual = UsualCode.Of(features, attributes);

    /// <summary>Teaches every kind.</summary>
    /// <param name="shots">The numbers of pictures to teach with, each 1 to <see cref="ConceptTeacher.MostPictures"/>.</param>
    /// <param name="draws">How often pictures are drawn for a kind.</param>
    /// <param name="progress">Gets how many kinds are done; null for nobody.</param>
    /// <param name="cancellationToken">Stops between kinds.</param>
    public TeachingScore Evaluate(IReadOnlyList<int> shots, int draws, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shots);
        var measured = shots.ToDictionary(count => count, _ => new List<Draw>());
        double byText = 0, byChance = 0;
        foreach (var (number, (word, pictures)) in kinds.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var meaning = text(word);
            byText += meaning is null ? 0.5 : Area(meaning, pictures, []);
            byChance += Area(Random(number), pictures, []);
            foreach (var count in shots.Where(count => count < pictures.Count))
            {
                for (var draw = 0; draw < draws; draw++)
                {
                    var taught = Shuffled(pictures, new SeededRandom(Seed, number, draw))[..count];
                    measured[count].Add(Try(word, meaning, pictures, taught));
                }
            }

            progress?.Report(number + 1);
        }

        return new TeachingScore([.. shots.Select(count => Summary(count, measured[count]))], byText / kinds.Count, byChance / kinds.Count, [.. kinds.Select(kind => kind.Word)], codes.Count);
    }

    private Draw Try(string word, SparseCode? meaning, IReadOnlyList<int> pictures, int[] taught)
    {
        SparseCode[] teaching = [.. taught.Select(picture => codes[picture])];
        var concept = ConceptTeacher.Teach(word, teaching, meaning, _usual, attributes);
        var nameless = ConceptTeacher.Teach(word, teaching, null, _usual, attributes);
        var (ofKind, ofOthers) = (pictures.Except(taught).ToArray(), Enumerable.Range(0, codes.Count).Except(pictures).ToArray());
        return new Draw(word, Area(concept.Weights, pictures, taught), Area(nameless.Weights, pictures, taught), Share(concept, ofKind), Share(concept, ofOthers));
    }

    /// <summary>The share of pictures that are more likely than not to show a concept.</summary>
    private double Share(Concept concept, int[] pictures) => pictures.Average(picture => _units[picture].Dot(concept.Weights) + concept.Offset > 0 ? 1.0 : 0.0);

    private double Area(SparseCode weights, IReadOnlyList<int> pictures, int[] taught)
    {
        var (shows, left) = (pictures.ToHashSet(), taught.ToHashSet());
        return AreaUnderCurve.Of(Enumerable.Range(0, codes.Count).Where(picture => !left.Contains(picture)).Select(picture => (_units[picture].Dot(weights), shows.Contains(picture))));
    }

    private SparseCode Random(int kind)
    {
        int[] live = [.. features.Where(feature => feature.Maximum > 0 && attributes?.Contains(feature.Id.Value) != true).Select(feature => feature.Id.Value)];
        int[] drawn = [.. Shuffled(live, new SeededRandom(Seed, kind, -1)).Take(Concept.MostFeatures).Order()];
        return SparseCode.FromSorted(features.Count, drawn, [.. drawn.Select(_ => 1f)]);
    }

    private static int[] Shuffled(IReadOnlyList<int> items, SeededRandom random) => [.. items.Select(item => (item, random.NextUInt64())).OrderBy(pair => pair.Item2).Select(pair => pair.item)];

    private static TeachingShots Summary(int count, List<Draw> draws)
    {
        if (draws.Count == 0)
        {
            return new TeachingShots(count, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, "");
        }

        var lowest = draws.GroupBy(draw => draw.Word, StringComparer.Ordinal).Select(same => (Word: same.Key, Area: same.Average(draw => draw.Area))).MinBy(kind => kind.Area);
        return new TeachingShots(
            count, draws.Average(draw => draw.Area), draws.Average(draw => draw.Nameless), draws.Average(draw => draw.Found), draws.Average(draw => draw.FalselyFound), lowest.Area, lowest.Word);
    }

    private sealed record Draw(string Word, double Area, double Nameless, double Found, double FalselyFound);
}
