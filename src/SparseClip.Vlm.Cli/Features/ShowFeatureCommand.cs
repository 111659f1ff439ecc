using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Inference.Bundles;

namespace SparseClip.Vlm.Cli.Features;

/// <summary><c>sparseclip features show</c></summary>
internal static class ShowFeatureCommand
{
    private const int BarWidth = 40;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var feature = new Argument<string>("feature") { Description = "The feature's number, or its name with its number if it has one, such as \"dog (2)\"." };
        var model = ModelOption.Create();
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("show", "Show all that is known about a feature.") { feature, model, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var bundle = await ModelBundle.OpenAsync(ModelOption.Folder(result.GetValue(model)), cancellationToken: cancellationToken);
            Feature[] features = [.. FeatureFile.Read(bundle.PathOf(ModelParts.Features)).Select(record => record.Feature)];
            using var file = bundle.Manifest.Parts.ContainsKey(ModelParts.Exemplars) ? ExemplarFile.Open(bundle.PathOf(ModelParts.Exemplars), features.Length) : null;
            var found = Find(features, result.GetValue(feature)!);
            Exemplar[] exemplars = [.. (file?.OfFeature(found.Id.Value) ?? []).Select(number => file![number])];
            Console.WriteLine(result.GetValue(json)
                ? JsonSerializer.Serialize(new { title = FeatureName.Shown(found), standing = found.Standing.ToString(), feature = found, exemplars }, s_json)
                : string.Join(Environment.NewLine, Lines(features, found, exemplars)));
            return 0;
        });
        return command;
    }

    private static Feature Find(Feature[] features, string asked)
    {
        if (int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id < features.Length ? features[id] : throw new UsageException($"There is no feature {id}; this model has 0 to {features.Length - 1}.");
        }

        return features.FirstOrDefault(feature => feature.Name.Equals(asked.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"No feature is called '{asked}'; find one with 'sparseclip features search {asked}'.");
    }

    private static IEnumerable<string> Lines(Feature[] features, Feature feature, IReadOnlyList<Exemplar> exemplars)
    {
        yield return $"{feature.Id}  {FeatureName.Shown(feature)}   ({feature.Standing.ToString().ToLowerInvariant()}; steered as '{feature.Name}')";
        if (feature.Evidence is { } evidence)
        {
            yield return evidence.Auroc is not { } area ? $"evidence    no picture can tell about '{evidence.Word}'"
                : FormattableString.Invariant($"evidence    area {area:0.000} of '{evidence.Word}' ({(evidence.Basis == NameBasis.Shown ? "the feature tells its pictures" : "it tells where the feature is active")}), {evidence.Pictures} pictures and {evidence.Others} others");
            yield return $"near        {string.Join(", ", evidence.Near.Select(near => FormattableString.Invariant($"{near.Word} {MathF.Max(near.Separates, near.Explains):0.00}")))}";
        }

        yield return $"words       {string.Join(", ", feature.TopWords.Select(word => FormattableString.Invariant($"{word.Word} {word.Activation:0.00}")))}";
        if (feature.Causal is { } causal)
        {
            yield return $"causal name {causal.Word ?? "none"}{(causal.Agrees ? " (agrees)" : "")}";
        }

        if (feature.Statistics is { } statistics)
        {
            yield return FormattableString.Invariant(
                $"pictures    active on {statistics.Active} of {statistics.Pictures} ({statistics.Density:P2}); maximum {statistics.Maximum:0.00}, 99 of 100 below {statistics.P99:0.00}; modality {statistics.Modality:0.00}");
            yield return $"together    {string.Join(", ", statistics.Neighbours.Select(near => FormattableString.Invariant($"{FeatureName.Shown(features[near.Feature])} [{near.Feature}] {near.Pictures:0.00}/{near.Texts:0.00}")))}";
            var most = Math.Max(1, statistics.Histogram.Max());
            foreach (var (bin, count) in statistics.Histogram.Index())
            {
                yield return FormattableString.Invariant($"{(bin + 1) * statistics.Maximum / FeatureStatistics.Bins,10:0.00}  {new string('#', (int)Math.Ceiling(BarWidth * count / (double)most)),-BarWidth} {count}");
            }
        }

        foreach (var exemplar in exemplars)
        {
            yield return $"exemplar    {exemplar.Label} ({exemplar.Key}; {exemplar.Source}, {exemplar.License})";
        }
    }
}
