using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Core.Features;

/// <summary>What pictures say about a name, as a line of <c>features.jsonl</c> states it; words and their two areas side by side.</summary>
internal sealed record FeatureEvidenceLine(
    string Word, string Basis, int Pictures, int Others, string[] Near, float[] Separates, float[] Explains,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Auroc = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Origin = null)
{
    private const int Digits = 3;

    public static FeatureEvidenceLine From(FeatureEvidence evidence) => new(
        evidence.Word, evidence.Basis.Name(), evidence.Pictures, evidence.Others,
        [.. evidence.Near.Select(near => near.Word)], [.. evidence.Near.Select(near => Rounded(near.Separates))], [.. evidence.Near.Select(near => Rounded(near.Explains))],
        // Rounded down: an area that is just too small must not be read as one that is enough.
        evidence.Auroc is { } area ? MathF.Floor(area * 10_000) / 10_000 : null, evidence.Origin == NameOrigin.Found ? null : evidence.Origin.Name());

    public FeatureEvidence ToEvidence()
    {
        var origin = Origin is null ? NameOrigin.Found : NameBases.OriginOf(Origin);
        var isSound = origin is not null && Pictures >= 0 && Others >= 0 && Auroc is null or (>= 0 and <= 1) && NameBases.Of(Basis) is not null && Near.Length <= FeatureEvidence.MostNear
            && Separates.Length == Near.Length && Explains.Length == Near.Length && Separates.Concat(Explains).All(area => area is >= 0 and <= 1);
        return isSound
            ? new FeatureEvidence(Word, NameBases.Of(Basis)!.Value, Auroc, Pictures, Others, origin!.Value, [.. Near.Select((word, i) => new NearWord(word, Separates[i], Explains[i]))])
            : throw new JsonException($"its evidence needs the basis shown or active, no origin or class or attribute, counts of zero or more, areas of 0 to 1, and at most {FeatureEvidence.MostNear} near words with both of their areas");
    }

    private static float Rounded(float value) => MathF.Round(value, Digits);
}

/// <summary>What pictures show of a feature, as a line of <c>features.jsonl</c> states it; neighbours and their two cosines side by side.</summary>
internal sealed record FeatureStatisticsLine(
    int Pictures, int Active, float Maximum, float P99, int[] Histogram, int[] Neighbours, float[] Together, float[] TogetherInTexts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Modality = null)
{
    private const int Digits = 3;

    public static FeatureStatisticsLine From(FeatureStatistics statistics) => new(
        statistics.Pictures, statistics.Active, Rounded(statistics.Maximum), Rounded(statistics.P99), [.. statistics.Histogram],
        [.. statistics.Neighbours.Select(near => near.Feature)], [.. statistics.Neighbours.Select(near => Rounded(near.Pictures))], [.. statistics.Neighbours.Select(near => Rounded(near.Texts))],
        statistics.Modality is { } share ? Rounded(share) : null);

    public FeatureStatistics ToStatistics()
    {
        var isSound = Pictures > 0 && Active >= 0 && Active <= Pictures && float.IsFinite(Maximum) && Maximum >= 0 && P99 >= 0 && P99 <= Maximum && Modality is null or (>= 0 and <= 1)
            && Histogram.Length == FeatureStatistics.Bins && Histogram.All(count => count >= 0) && Histogram.Sum() == Active
            && Neighbours.All(feature => feature >= 0) && Together.Length == Neighbours.Length && TogetherInTexts.Length == Neighbours.Length;
        return isSound
            ? new FeatureStatistics(
                Pictures, Active, Maximum, P99, Modality, Histogram, [.. Neighbours.Select((feature, i) => new FeatureNeighbour(feature, Together[i], TogetherInTexts[i]))])
            : throw new JsonException($"its statistics contradict themselves: {FeatureStatistics.Bins} bins must add up to the pictures it is active on, neighbours need both of their cosines, and numbers their ranges");
    }

    private static float Rounded(float value) => MathF.Round(value, Digits);
}
