using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Inference.Bundles;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts search</c></summary>
internal static class SearchConceptsCommand
{
    private const int FeaturesShown = 6;

    public static Command Create()
    {
        var query = new Argument<string>("query") { Description = "A word or the beginning of one." };
        var model = ModelOption.Create();
        var count = NumberOption.Create("--count", "How many concepts to show.", 10, 1, 100_000);
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new Command("search", "Find concepts by their names and other words for them, with the features that carry them.") { query, model, count, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var bundle = await ModelBundle.OpenAsync(ModelOption.Folder(result.GetValue(model)), cancellationToken: cancellationToken);
            var features = FeatureFile.Read(bundle.PathOf(ModelParts.Features));
            var table = new ConceptTable(ConceptTableFile.Read(bundle.PathOf(ModelParts.ConceptTable), bundle.Manifest.Dimension), null);
            var found = table.Search(result.GetValue(query)!, result.GetValue(count));
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(found.Select(concept => new
                {
                    name = concept.Word,
                    synonyms = concept.Synonyms,
                    wider = concept.Wider,
                    verified = concept.IsVerified,
                    auroc = concept.Evidence?.Auroc,
                    features = Carriers.OfConcept(concept).Select(carrier => new { id = carrier.Feature, name = features[carrier.Feature].Feature.Name, weight = carrier.Score }),
                })));
                return 0;
            }

            if (found.Count == 0)
            {
                Console.Error.WriteLine($"No concept fits '{result.GetValue(query)}'.");
            }

            foreach (var concept in found)
            {
                var evidence = concept.Evidence is { } tried ? FormattableString.Invariant($"area {tried.Auroc:0.00} on {tried.Pictures} pictures{(concept.IsVerified ? "" : " (not verified)")}") : "not verified";
                Console.WriteLine($"{concept.Word,-24} {evidence,-36} {string.Join(", ", Carriers.OfConcept(concept).Take(FeaturesShown).Select(carrier => features[carrier.Feature].Feature.Name))}");
            }

            return 0;
        });
        return command;
    }
}
